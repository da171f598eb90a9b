// Makes `navigator.language` a language, for uPlot: it passes it to Intl while it is imported. Where the system's locale
// is `C`, some browsers report "C" or "en-US@posix"; Intl throws at such a tag, and the page would stay blank.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}
