import type { ComponentChildren } from 'preact';
import { useTurn } from './useTurn.ts';

/** A part of the page that is drawn when its turn has come. */
export const InTurn = ({ children }: { readonly children: ComponentChildren }) => (useTurn() ? <>{children}</> : null);
