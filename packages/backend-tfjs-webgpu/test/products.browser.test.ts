import { interpret } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { expect, it } from 'vitest';
import { productGraph, runOnce, wave } from './products.ts';

/** What tfjs-core keeps in the page, whichever copy of it made it. */
interface TfjsGlobals {
  readonly _tfengine?: { readonly registryFactory: object };
  readonly _tfGlobals?: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}

it('large products are computed by tfjs in a page, and nothing is registered with the tfjs of the page', async () => {
  const backend = await createBackend();
  const graph = productGraph([2, 130, 140], [2, 140, 134]);
  const executable = await backend.compile(graph);
  expect(executable.report.steps.map(({ path }) => path)).toEqual(['library']);
  const inputs = [wave(2 * 130 * 140, 1, 0), wave(2 * 140 * 134, 1, 1)];
  const [product] = await runOnce(backend, graph, inputs);
  const [expected] = interpret(graph, inputs);
  expect(Math.max(...Array.from(product!, (value, i) => Math.abs(value - expected![i]!)))).toBeLessThan(1e-4);
  await backend.dispose();
  const { _tfengine, _tfGlobals } = globalThis as TfjsGlobals;
  expect(Object.keys(_tfengine!.registryFactory)).toEqual([]);
  expect([..._tfGlobals!.get('kernelRegistry')!.keys()]).toEqual([]);
});
