import type { Kernel, Segment } from '@nalu/core/kernels';
import type { LoopTerm, RowLimit } from '../layout/places.ts';
import { preludeFor } from './prelude.ts';
import { StatementPrinter } from './statements.ts';

/** Threads of a workgroup. A segment begins at a workgroup of its own, so that all threads of one run the same statements. */
export const WORKGROUP = 64;

/** Steps of a loop are counted in two uniforms, step = high · LOOP_TABLE + low, that are entries of one table. */
export const LOOP_TABLE = 2048;

/** Where the shader finds a value: an offset into a storage buffer. */
export interface Location {
  /** The storage buffer's binding in group 0. */
  readonly binding: number;
  readonly offset: number;
  readonly terms: readonly LoopTerm[];
  /** Written only within these. */
  readonly limits: readonly RowLimit[];
}

export interface ShaderLayout {
  /** Whether each storage buffer is written. */
  readonly storages: readonly { readonly written: boolean }[];
  /** How many loops surround the kernel. */
  readonly loops: number;
  /** Where a value of the plan lies. */
  locate(value: number): Location;
}

const termText = ({ loop, every, modulo2, factor }: LoopTerm): string => {
  const count = every === 1 ? `step${loop}` : `(step${loop} / ${every})`;
  const units = modulo2 === undefined ? count : modulo2.shift === 0 ? `(${count} & 1)` : `((${count} + 1) & 1)`;
  return factor === 1 ? units : `${units} * ${factor}`;
};

const offsetText = ({ offset, terms }: Location): string => [String(offset), ...terms.map(termText)].join(' + ');

const elementText = (location: Location, index: string): string => {
  const offset = offsetText(location);
  return `storage${location.binding}[${offset === '0' ? index : `${offset} + ${index}`}]`;
};

const limitTest = ({ loop, every, rows }: RowLimit): string => `step${loop} / ${every} < ${rows}`;

/** A function that computes element i of a segment. */
const segmentFunction = (segment: Segment, position: number, kernel: Kernel, layout: ShaderLayout): string => {
  const printer = new StatementPrinter((from, index) => elementText(layout.locate(kernel.reads[from]!), index));
  printer.print(segment.body);
  const writes = segment.writes.map(({ value, from }) => {
    const location = layout.locate(value);
    const write = `${elementText(location, 'i')} = ${printer.operand(from)};`;
    return location.limits.length === 0 ? write : `if (${location.limits.map(limitTest).join(' && ')}) { ${write} }`;
  });
  const lines = [...printer.lines, ...writes].map((line) => `  ${line}`);
  return [`fn segment${position}(i: i32) {`, ...lines, '}'].join('\n');
};

const workgroupsOf = ({ size }: Segment): number => Math.ceil(size / WORKGROUP);

const branches = (segments: readonly Segment[]): string => {
  let start = 0;
  return segments
    .map((segment, position) => {
      const first = start;
      start += workgroupsOf(segment);
      const index = first === 0 ? 'workgroup' : `(workgroup - ${first})`;
      return `if (workgroup < ${start}) {
    let i = ${index} * ${WORKGROUP} + lane;
    if (i < ${segment.size}) { segment${position}(i); }
  }`;
    })
    .join(' else ');
};

/** Workgroups in x and y: a dispatch has at most `limit` of them in each direction. */
export const workgroupGrid = ({ segments }: Kernel, limit: number): readonly [number, number] => {
  const total = segments.reduce((sum, segment) => sum + workgroupsOf(segment), 0);
  const y = Math.ceil(total / limit);
  return [Math.ceil(total / y), y];
};

const loopDeclarations = (loops: number): readonly string[] =>
  Array.from({ length: loops }, (_, loop) =>
    [
      `@group(1) @binding(${2 * loop}) var<uniform> low${loop}: vec4<i32>;`,
      `@group(1) @binding(${2 * loop + 1}) var<uniform> high${loop}: vec4<i32>;`,
      `var<private> step${loop}: i32;`,
    ].join('\n'),
  );

/** The compute shader of a kernel. */
export const shader = (kernel: Kernel, layout: ShaderLayout): string => {
  const storages = layout.storages.map(
    ({ written }, binding) =>
      `@group(0) @binding(${binding}) var<storage, ${written ? 'read_write' : 'read'}> storage${binding}: array<f32>;`,
  );
  const functions = kernel.segments.map((segment, position) => segmentFunction(segment, position, kernel, layout)).join('\n');
  const steps = Array.from(
    { length: layout.loops },
    (_, loop) => `  step${loop} = high${loop}.x * ${LOOP_TABLE} + low${loop}.x;`,
  );
  return [
    ...storages,
    ...loopDeclarations(layout.loops),
    preludeFor(functions),
    functions,
    `@compute @workgroup_size(${WORKGROUP})`,
    'fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, @builtin(local_invocation_index) thread: u32) {',
    '  let workgroup = i32(id.y * count.x + id.x);',
    '  let lane = i32(thread);',
    ...steps,
    `  ${branches(kernel.segments)}`,
    '}',
    '',
  ].join('\n');
};
