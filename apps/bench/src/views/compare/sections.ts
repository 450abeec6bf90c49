import type { ComponentType } from 'preact';
import { Roofline } from './roofline/Roofline.tsx';
import { Scalings } from './scaling/Scalings.tsx';
import type { SectionProps } from './section.ts';
import type { Section } from './setup.ts';
import { Starting } from './starting/Starting.tsx';
import { Times } from './Times.tsx';

/** What is shown of each run; the history is of all runs together. */
export const sections: { readonly [S in Exclude<Section, 'history'>]: ComponentType<SectionProps> } = {
  times: Times,
  scaling: Scalings,
  roofline: Roofline,
  starting: Starting,
};
