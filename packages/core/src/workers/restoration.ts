import { errorOf, type Part, type Step } from './part.ts';

export type Action =
  | { readonly kind: 'upload'; readonly part: Part }
  | { readonly kind: 'run'; readonly step: Step }
  | { readonly kind: 'free'; readonly part: Part };

/** What brings parts to a worker that lacks them. */
export interface Restoration {
  readonly actions: readonly Action[];
  /** What must arrive on the host first. */
  readonly missing: readonly Promise<void>[];
}

const NOTHING: Restoration = { actions: [], missing: [] };

/**
 * How a worker gets the parts that it needs: those with values on the host are uploaded, the others are computed again by the
 * steps that led to them. What is only needed on the way is freed after its last use.
 *
 * @param isThere whether the worker has a part already.
 */
export const restoration = (needed: readonly Part[], isThere: (part: Part) => boolean): Restoration => {
  if (needed.every(isThere)) return NOTHING;
  const uploads = new Set<Part>();
  const found = new Set<Step>();
  const open = [...needed];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (isThere(part)) continue;
    if (part.origin.kind === 'host') {
      uploads.add(part);
    } else if (!found.has(part.origin.step)) {
      const { step } = part.origin;
      found.add(step);
      if (errorOf(step) === undefined) open.push(...step.inputs);
    }
  }

  const steps = [...found].sort((a, b) => a.number - b.number);
  const wanted = new Set(needed);
  const isKept = (part: Part): boolean => wanted.has(part) || !part.freed;
  const lastUse = new Map<Part, Step>();
  for (const step of steps) for (const part of [...step.outputs, ...step.inputs]) lastUse.set(part, step);
  const actions: Action[] = [];
  const missing: Promise<void>[] = [];
  const upload = (part: Part): void => {
    if (!uploads.delete(part)) return;
    actions.push({ kind: 'upload', part });
    if (part.origin.kind === 'host' && part.origin.copy.arrival !== undefined) missing.push(part.origin.copy.arrival);
  };
  for (const step of steps) {
    step.inputs.forEach(upload);
    actions.push({ kind: 'run', step });
    for (const part of new Set([...step.inputs, ...step.outputs]))
      if (lastUse.get(part) === step && !isKept(part)) actions.push({ kind: 'free', part });
  }
  needed.forEach(upload);
  return { actions, missing };
};
