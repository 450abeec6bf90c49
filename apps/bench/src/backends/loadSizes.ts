/** What a backend adds to an application that has Nalu's core. Bytes after gzip. */
export interface LoadSize {
  /** Its own code, in the application's bundle. */
  readonly code: number;
  /** What it loads by `import()`: the library below it. */
  readonly lazy: number;
  /** Files that it fetches: WebAssembly. */
  readonly files: number;
}

/** Measured when the site is built. */
export interface LoadSizes {
  /** Nalu's core, all of it. */
  readonly core: number;
  readonly packages: { readonly [name: string]: LoadSize };
}
