import { plus, sizeOf, times, variable, type Affine, type NodeOf } from '@nalu/core/graph';
import { laneIndices, layoutOf } from '@nalu/core/loops';
import { writeCopy } from './region.ts';
import { ARENA, elementText, slotPlace, type MemoryPlace, type Place, type Scope } from './values.ts';

/** Writes the steps of a graph; passed in, because a body may contain scans. */
export type WriteSteps = (scope: Scope) => readonly string[];

/** How a carry is written: its place while the body runs, the place of its next value, and what happens around the body. */
interface Carry {
  readonly place: Place;
  readonly next: MemoryPlace | undefined;
  readonly names: readonly string[];
  readonly before: readonly string[];
  readonly swap: readonly string[];
}

const arenaAt = (name: string): MemoryPlace => ({ kind: 'memory', array: ARENA, base: variable(name, 1) });

const newCarry = (scope: Scope, id: number, node: NodeOf<'scan'>, i: number): Carry => {
  const { program, plan } = scope;
  const scan = plan.scans.get(id)!;
  const home = scan.carries[i]!;
  const first = node.inputs[node.attrs.constants + i]!;
  const { shape } = plan.graph.nodes[first]!;
  if (home.kind === 'unchanged')
    return { place: { kind: 'outer', scope, id: first, prefix: [] }, next: undefined, names: [], before: [], swap: [] };
  if (home.kind === 'locals') {
    const indices = laneIndices(shape, layoutOf(shape, program.settings), []);
    const names = indices.map(() => program.namer('c'));
    const before = indices.map((index, k) => `let ${names[k]} = ${elementText(scope, first, index)};`);
    return { place: { kind: 'locals', names }, next: undefined, names, before, swap: [] };
  }
  const [current, next, held] = [program.namer('p'), program.namer('p'), program.namer('p')];
  const [one, two] = home.slots.map((slot) => scope.arena + plan.offsets[slot]!);
  const copy = writeCopy(scope, first, arenaAt(current));
  return {
    place: arenaAt(current),
    next: arenaAt(next),
    names: [],
    before: [`let ${current} = ${one};`, `let ${next} = ${two};`, ...copy],
    swap: [`const ${held} = ${current}; ${current} = ${next}; ${next} = ${held};`],
  };
};

/** Assigns all variables at once: those that hold another carry's old value are saved first. */
const assign = (scope: Scope, pairs: readonly (readonly [string, string])[]): readonly string[] => {
  const targets = new Set(pairs.map(([target]) => target));
  const saved: string[] = [];
  const moves = pairs
    .filter(([target, source]) => target !== source)
    .map(([target, source]) => {
      if (!targets.has(source)) return `${target} = ${source};`;
      const name = scope.program.namer('v');
      saved.push(`const ${name} = ${source};`);
      return `${target} = ${name};`;
    });
  return [...saved, ...moves];
};

const writeStacked = (
  scope: Scope,
  body: Scope,
  node: NodeOf<'scan'>,
  places: readonly MemoryPlace[],
  step: string,
): readonly string[] => {
  const { carries, keepEvery, length } = node.attrs;
  const kept = scope.program.namer('k');
  const position: Affine = keepEvery === 1 ? variable(step, length) : variable(kept, Math.max(1, Math.floor(length / keepEvery)));
  const copies = places.flatMap((place, i) => {
    const output = body.plan.graph.outputs[carries + i]!;
    const { shape } = body.plan.graph.nodes[output]!;
    const base = plus(place.base, times(position, sizeOf(shape)));
    return writeCopy(body, output, { ...place, base });
  });
  if (copies.length === 0 || keepEvery === 1) return copies;
  return [`if ((${step} + 1) % ${keepEvery} === 0) {`, `const ${kept} = ((${step} + 1) / ${keepEvery} | 0) - 1;`, ...copies, '}'];
};

/** Writes a scan as a loop around its body. Carries take turns between two slots or stay in variables: nothing is copied. */
export const writeScan = (
  scope: Scope,
  id: number,
  node: NodeOf<'scan'>,
  outputPlace: (position: number) => MemoryPlace,
  writeSteps: WriteSteps,
  uid: number,
): readonly string[] => {
  const { program, plan } = scope;
  const scan = plan.scans.get(id)!;
  const { body, constants, carries, length } = node.attrs;
  const step = program.namer('t');
  const all = Array.from({ length: carries }, (_, i) => newCarry(scope, id, node, i));
  const places = new Map<number, Place>();
  body.inputs.forEach((input, i) => {
    const outer = node.inputs[i]!;
    const carry = all[i - constants];
    if (carry !== undefined) places.set(input, carry.place);
    else places.set(input, { kind: 'outer', scope, id: outer, prefix: i < constants ? [] : [variable(step, length)] });
  });
  const inner: Scope = { program, plan: scan.body, places, arena: scope.arena + plan.offsets[scan.arena]!, uid, isBody: true };
  all.forEach(({ next }, i) => {
    const output = body.outputs[i]!;
    const home = scan.body.homes.get(output);
    if (home?.kind === 'output' && home.position === i && next !== undefined) places.set(output, next);
  });
  const stacked = scan.stacked.map((home): MemoryPlace =>
    home.kind === 'slot' ? slotPlace(scope, home.slot) : outputPlace((home as { position: number }).position),
  );
  const steps = writeSteps(inner);
  const copies = all.flatMap(({ next }, i) => {
    const output = body.outputs[i]!;
    const home = scan.body.homes.get(output);
    const written = home?.kind === 'output' && home.position === i;
    return next === undefined || written ? [] : writeCopy(inner, output, next);
  });
  const ys = writeStacked(scope, inner, node, stacked, step);
  const assigned = assign(
    scope,
    all.flatMap(({ names }, i) => {
      const output = body.outputs[i]!;
      const { shape } = body.nodes[output]!;
      const indices = names.length === 0 ? [] : laneIndices(shape, layoutOf(shape, program.settings), []);
      return indices.map((index, k): readonly [string, string] => [names[k]!, elementText(inner, output, index)]);
    }),
  );
  plan.graph.nodes.forEach((each, pick) => {
    if (each.op !== 'pick' || each.inputs[0] !== id) return;
    const { index } = each.attrs;
    const carry = all[index];
    scope.places.set(pick, carry === undefined ? stacked[index - carries]! : carry.place);
  });
  // The number of steps is no part of the code: loops of different lengths share their machine code.
  const count = program.namer('n');
  const position = program.lengths.push(length) - 1;
  return [
    ...all.flatMap(({ before }) => before),
    `const ${count} = N[${position}];`,
    `for (let ${step} = 0; ${step} < ${count}; ${step}++) {`,
    ...steps,
    ...copies,
    ...ys,
    ...assigned,
    ...all.flatMap(({ swap }) => swap),
    '}',
  ];
};
