import { trace, inputShape, sizeOf } from '@nalu/core/graph';
import { createBackend } from '@nalu/backend-tfjs-webgpu';
import { it } from 'vitest';
it('x', async () => {
  const backend = await createBackend();
  const wave = (count: number, s: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + s + 0.001 * i * i));
  for (const n of [32, 64, 128, 256]) {
    const g = trace(
      [
        { name: 'a', shape: [n, n] },
        { name: 'b', shape: [n, n] },
      ],
      (x, y) => [x!.matmul(y!)],
    );
    const ins = [wave(n * n, 0), wave(n * n, 1)];
    let t = performance.now();
    const e = await backend.compile(g);
    const c = performance.now() - t;
    const bufs = ins.map((x, i) => backend.upload(x, inputShape(g, i)));
    const times = [];
    for (let i = 0; i < 5; i++) {
      t = performance.now();
      const o = e.run(bufs);
      await backend.read(...o);
      times.push((performance.now() - t).toFixed(2));
    }
    console.log(n, e.report.steps.map((s) => s.path).join(), c.toFixed(0), times.join());
  }
  await backend.dispose();
});
