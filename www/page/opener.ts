// What opens one kind of file.

export interface Opener {
  /** Whether the file is of this kind. `first` are its first bytes, a few hundred at most. */
  takes(first: Uint8Array, file: File): boolean;
  /** Opens the file. Rejects with a sentence for the reader. Nothing has changed then. */
  open(file: File, first: Uint8Array): Promise<void>;
}
