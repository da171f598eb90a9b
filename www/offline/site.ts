/** The files of one build of the site, by their paths from the site's folder. */
export interface Site {
  /** Differs between any two builds whose files differ. */
  version: string;
  /** Each page and the SHA-256 digest of its content, because its name is the same in every build. */
  pages: Record<string, string>;
  /** All other files. Their names contain a hash of their content. */
  assets: string[];
}
