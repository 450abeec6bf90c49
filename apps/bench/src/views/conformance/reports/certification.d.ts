declare module 'virtual:certification' {
  /** Every report below docs/certification: `build/certification.ts` reads them when the site is built. */
  // oxlint-disable-next-line typescript/consistent-type-imports -- an ambient module may not import by a relative path
  const reports: readonly import('./report.ts').Report[];
  export default reports;
}
