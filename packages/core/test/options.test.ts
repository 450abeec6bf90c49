import { describe, expect, it } from 'vitest';
import * as nalu from '../src/index.ts';
import { ArgumentError } from '../src/errors.ts';
import { checkOptionNames } from '../src/options.ts';

const cell = nalu.rnnCell({ inputs: 1, hidden: 2 });
const image = { height: 4, width: 4 };

/** Every function of the package that makes something from options alone, with as few of them as it takes. */
const makers: { readonly [name: string]: (extra: object) => unknown } = {
  dense: (extra) => nalu.dense({ inputs: 2, ...extra }),
  gatedNauNmu: (extra) => nalu.gatedNauNmu({ inputs: 2, ...extra }),
  inalu: (extra) => nalu.inalu({ inputs: 2, ...extra }),
  mcfc: (extra) => nalu.mcfc({ inputs: 2, ...extra }),
  mulMcfc: (extra) => nalu.mulMcfc({ inputs: 2, ...extra }),
  nac: (extra) => nalu.nac({ inputs: 2, ...extra }),
  nacMul: (extra) => nalu.nacMul({ inputs: 2, ...extra }),
  nacMulNmu: (extra) => nalu.nacMulNmu({ inputs: 2, ...extra }),
  nacMulSigmoid: (extra) => nalu.nacMulSigmoid({ inputs: 2, ...extra }),
  nalu: (extra) => nalu.nalu({ inputs: 2, ...extra }),
  gnalu: (extra) => nalu.gnalu({ inputs: 2, ...extra }),
  nau: (extra) => nalu.nau({ inputs: 2, ...extra }),
  nmru: (extra) => nalu.nmru({ inputs: 2, ...extra }),
  nmu: (extra) => nalu.nmu({ inputs: 2, ...extra }),
  snmu: (extra) => nalu.snmu({ inputs: 2, ...extra }),
  npu: (extra) => nalu.npu({ inputs: 2, ...extra }),
  realNpu: (extra) => nalu.realNpu({ inputs: 2, ...extra }),
  nru: (extra) => nalu.nru({ inputs: 2, ...extra }),
  convolution: (extra) => nalu.convolution({ ...image, filters: 1, size: 3, ...extra }),
  maxPool: (extra) => nalu.maxPool({ ...image, ...extra }),
  rnnCell: (extra) => nalu.rnnCell({ inputs: 1, hidden: 2, ...extra }),
  lstmCell: (extra) => nalu.lstmCell({ inputs: 1, hidden: 2, ...extra }),
  recurrent: (extra) => nalu.recurrent({ cell, steps: 3, ...extra }),
  sgd: (extra) => nalu.sgd({ ...extra }),
  rmsProp: (extra) => nalu.rmsProp({ ...extra }),
  adam: (extra) => nalu.adam({ ...extra }),
  inaluSparsity: (extra) => nalu.inaluSparsity({ ...extra }),
  stagnation: (extra) => nalu.stagnation({ ...extra }),
};

describe('a misspelt option', () => {
  it.each(Object.entries(makers))('of %s is named, and not passed over', (name, make) => {
    expect(() => make({})).not.toThrow();
    expect(() => make({ ouputs: 3 })).toThrow(`${name} has no option "ouputs". Its options are `);
    expect(() => make({ ouputs: 3 })).toThrow(ArgumentError);
  });

  it('of choosing a backend is named before anything is started', async () => {
    const never = (): never => expect.unreachable('A candidate was started.');
    const options = { patiense: 1 } as object;
    await expect(nalu.selectBackend([never], options)).rejects.toThrow('selectBackend has no option "patiense"');
    const graph = nalu.nac({ inputs: 2 });
    await expect(nalu.fastestBackend(graph, [never], options)).rejects.toThrow('fastestBackend has no option "patiense"');
  });

  it('is found among the right ones, which the message lists', () => {
    expect(() => nalu.adam({ learningRate: 0.1, lr: 0.1 } as object)).toThrow(
      'adam has no option "lr". Its options are learningRate, beta1, beta2, epsilon.',
    );
  });

  it.each([null, 3, 'adam'])('or %j instead of options is refused', (options) => {
    expect(() => checkOptionNames<{ beta1?: number }>('adam', options as never, { beta1: true })).toThrow(
      /^adam takes its options as an object \(\{ beta1 \}\), but got (null|3|"adam")\.$/,
    );
  });
});
