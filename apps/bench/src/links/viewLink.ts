import * as v from 'valibot';
import { address, hashOf, replaceAddress } from './address.ts';
import type { Field } from './fields.ts';

type Fields = Readonly<Record<string, Field<never>>>;

type AnyField = Field<unknown>;

export type StateOf<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** What a link says about a view. */
export interface LinkState<S> {
  readonly state: S;
  /** What could not be read and was left out, as sentences. */
  readonly problems: readonly string[];
}

/** The links into one view. */
export interface ViewLink<S> {
  readonly path: string;
  /** A link to this state; what is left out is as in the beginning. */
  readonly href: (state?: Partial<S>) => string;
  readonly read: (query: URLSearchParams) => LinkState<S>;
  /** The state of the page's address; a component that calls it is drawn again when it changes. */
  readonly use: () => LinkState<S>;
  /** Changes some of the state in the page's address. */
  readonly update: (change: Partial<S>) => void;
}

/** A view's state as a link: typed in both directions, and what is damaged becomes a sentence. */
export const viewLink = <F extends { readonly [K in keyof F]: Field<StateOf<F>[K]> }>(
  path: string,
  fields: F,
): ViewLink<StateOf<F>> => {
  type S = StateOf<F>;
  const entries = Object.entries(fields as unknown as Fields) as unknown as readonly (readonly [string, AnyField])[];
  const read = (query: URLSearchParams): LinkState<S> => {
    const problems: string[] = [];
    const state = entries.map(([name, { initial, schema }]) => {
      const given = query.get(name);
      if (given === null) return [name, initial];
      const result = v.safeParse(schema, given);
      if (result.success) return [name, result.output];
      problems.push(`The link is damaged: ${name}: ${result.issues[0].message}.`);
      return [name, initial];
    });
    return { state: Object.fromEntries(state) as S, problems };
  };
  const href = (state: Partial<S> = {}): string => {
    const query = new URLSearchParams();
    for (const [name, { initial, print }] of entries) {
      const value = (state as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined && print(value) !== print(initial)) query.set(name, print(value));
    }
    return hashOf(path, query);
  };
  const use = (): LinkState<S> => read(address.value.path === path ? address.value.query : new URLSearchParams());
  return { path, href, read, use, update: (change) => replaceAddress(href({ ...use().state, ...change })) };
};
