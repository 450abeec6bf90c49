import { evaluate } from '@nalu/core';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { it } from 'vitest';
it('x', async () => {
  const backend = await createBackend();
  console.log(backend.info);
  const r = await evaluate(backend, (a, b) => a.matmul(b).tanh(), [[1, 2]], [[3], [0.4]]);
  console.log(r[0]!.data);
  await backend.dispose();
});
