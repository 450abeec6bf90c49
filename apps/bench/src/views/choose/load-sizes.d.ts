declare module 'virtual:load-sizes' {
  /** What `build/loadSizes.ts` measured when the site was built. */
  // oxlint-disable-next-line typescript/consistent-type-imports -- an ambient module may not import by a relative path
  const sizes: import('../../backends/loadSizes.ts').LoadSizes;
  export default sizes;
}
