import { expect, test } from 'vitest';
import { newRehearsal } from '../../src/backend/rehearsal.ts';
import { inputShape, type Graph } from '../../src/graph/graph.ts';
import { verify } from '../../src/graph/verify.ts';
import { referenceBackend } from '../support.ts';

test('a rehearsal compiles a training loop that works, once', async () => {
  const graphs: Graph[] = [];
  const rehearse = newRehearsal((graph) => graphs.push(graph));
  rehearse();
  rehearse();
  expect(graphs).toHaveLength(1);
  const [graph] = graphs;
  verify(graph!);

  const backend = referenceBackend();
  const executable = await backend.compile(graph!);
  const rows = inputShape(graph!, 1)[0]!;
  const x = Float32Array.from({ length: 2 * rows }, (_, i) => 1 + i / rows);
  const y = Float32Array.from({ length: rows }, (_, row) => x[2 * row]! + x[2 * row + 1]!);
  const start = Float32Array.of(0.5, 0.5);
  const given = [backend.upload(start, [2, 1]), backend.upload(x, [rows, 2]), backend.upload(y, [rows, 1])];
  const [weights] = await backend.read(...executable.run(given));
  // Two steps of about 0.01 towards larger weights: sums of x are larger than half of them.
  for (const weight of weights!) expect(weight).toBeCloseTo(0.52, 3);
  await backend.dispose();
});
