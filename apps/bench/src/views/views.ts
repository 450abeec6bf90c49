import type { ComponentType } from 'preact';

/** A view of the app. */
export interface View {
  /** In its address: `#/compare`. */
  readonly path: string;
  readonly title: string;
  /** One sentence below the title. */
  readonly summary: string;
  /** Its code is loaded when it is first shown. */
  readonly load: () => Promise<ComponentType>;
}

/** Every view, in the order of the navigation. This is the one place where a view is registered. */
export const views: readonly View[] = [
  {
    path: 'compare',
    title: 'Compare',
    summary:
      'The same work on every backend, on this device: how long it takes, how much that varies, and whether the answer is right.',
    load: async () => (await import('./compare/Compare.tsx')).Compare,
  },
  {
    path: 'choose',
    title: 'Choose',
    summary: 'Where each backend runs, what it costs to load, what it needs and how it does here: ends in the lines to paste.',
    load: async () => (await import('./choose/Choose.tsx')).Choose,
  },
  {
    path: 'learn',
    title: 'Learn',
    summary:
      'Why ordinary networks fail at numbers, and how arithmetic can be learned: to play with, without knowing anything about networks.',
    load: async () => (await import('./learn/Learn.tsx')).Learn,
  },
  {
    path: 'conformance',
    title: 'Conformance',
    summary:
      'Who is right: the worst error of every op on every backend, from the committed reports and from runs in this browser.',
    load: async () => (await import('./conformance/Conformance.tsx')).Conformance,
  },
  {
    path: 'results',
    title: 'Results',
    summary:
      'The experiments of the field, made again: published figures and ours side by side, with the criterion and the interval of every rate.',
    load: async () => (await import('./results/Results.tsx')).Results,
  },
];
