/** A browser that can be started with the address of a page. */
export interface Browser {
  readonly name: string;
  /** Its program, or undefined when this machine has none. */
  readonly find: () => string | undefined;
  /** What to do about a missing one. */
  readonly remedy: string;
  /** Prepares the empty folder of a profile, and returns the program's arguments. */
  readonly prepare: (profile: string, url: string) => readonly string[];
  /** Variables of its environment. */
  readonly environment?: { readonly [name: string]: string };
  /** True for a browser that needs a screen, which is then imitated. */
  readonly needsDisplay?: boolean;
}
