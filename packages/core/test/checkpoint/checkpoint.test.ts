import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { ActivationName } from '../../src/modules/activations.ts';
import type { Module } from '../../src/modules/contract.ts';
import { dense } from '../../src/modules/dense.ts';
import { nac as addition } from '../../src/modules/nac.ts';
import { nacMul } from '../../src/modules/nacMul.ts';
import { nalu } from '../../src/modules/nalu.ts';
import { sequential } from '../../src/modules/sequential.ts';
import { checkSameModule, describeModule, differences, type ModuleDescription } from '../../src/checkpoint/description.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import { CheckpointError } from '../../src/errors.ts';

const nac: ModuleDescription = {
  name: 'nac',
  params: [
    { path: 'wHat', shape: [2, 1] },
    { path: 'mHat', shape: [2, 1] },
  ],
  settings: {},
};

const model: Checkpoint = {
  kind: 'nalu model',
  module: nac,
  metadata: { inputs: ['a', 'b'], seed: 7, nested: { best: null, 'ü "quoted"': true } },
  tensors: new Map([
    ['wHat', { shape: [2, 1], data: Float32Array.of(0.25, -3) }],
    ['mHat', { shape: [2, 1], data: Float32Array.of(8, -0) }],
  ]),
};

const withFields = (
  change: (fields: Record<string, string>) => void,
  kind: 'nalu model' | 'nalu training state' = 'nalu model',
): (() => unknown) => {
  const { metadata, tensors } = decodeSafetensors(encodeCheckpoint(model));
  const fields = { ...metadata };
  change(fields);
  return () => decodeCheckpoint(encodeSafetensors({ metadata: fields, tensors }), kind);
};

describe('a checkpoint', () => {
  it('comes back as it was', () => {
    expect(decodeCheckpoint(encodeCheckpoint(model), 'nalu model')).toEqual(model);
    expect(Object.is(decodeCheckpoint(encodeCheckpoint(model), 'nalu model').tensors.get('mHat')!.data[1], -0)).toBe(true);
  });

  it('keeps members that diverged in a training state, bit for bit', () => {
    const nan = new Float32Array(Uint32Array.of(0x7fc0dead, 0xff800000).buffer);
    const state: Checkpoint = {
      ...model,
      kind: 'nalu training state',
      tensors: new Map([['params/wHat', { shape: [2], data: nan }]]),
    };
    const back = decodeCheckpoint(encodeCheckpoint(state), 'nalu training state').tensors.get('params/wHat')!;
    expect([...new Uint32Array(back.data.buffer)]).toEqual([0x7fc0dead, 0xff800000]);
  });

  it.each([
    ['a file of another program', withFields((fields) => delete fields['kind']), /no checkpoint of Nalu/],
    ['an unknown kind', withFields((fields) => (fields['kind'] = 'pt')), /no checkpoint of Nalu/],
    [
      'another kind',
      withFields(() => {}, 'nalu training state'),
      /kind "nalu training state", but this one is of kind "nalu model"/,
    ],
    [
      'a newer version',
      withFields((fields) => (fields['version'] = '12')),
      /format version 12; this version of Nalu reads up to version 1/,
    ],
    ['no version', withFields((fields) => delete fields['version']), /version is missing/],
    ['a version that is no number', withFields((fields) => (fields['version'] = 'x')), /version is "x"/],
    ['no module', withFields((fields) => delete fields['module']), /no field "module"/],
    ['a module cut short', withFields((fields) => (fields['module'] = '{"name":')), /"module".*not valid JSON/],
    ['a module without a name', withFields((fields) => (fields['module'] = '{}')), /it has no name/],
    ['a module without parameters', withFields((fields) => (fields['module'] = '{"name":"nac"}')), /no list of parameters/],
    ['a parameter without a path', withFields((fields) => (fields['module'] = '{"name":"nac","params":[{}]}')), /has no path/],
    [
      'a parameter without a shape',
      withFields((fields) => (fields['module'] = '{"name":"nac","params":[{"path":"w"}]}')),
      /"w" has no shape/,
    ],
    [
      'a parameter listed twice',
      withFields((fields) => (fields['module'] = '{"name":"nac","params":[{"path":"w","shape":[]},{"path":"w","shape":[]}]}')),
      /listed twice/,
    ],
    [
      'a module whose settings are no object',
      withFields((fields) => (fields['module'] = '{"name":"nac","params":[],"settings":{"epsilon":null}}')),
      /it has no settings/,
    ],
    [
      'a module that the tensors do not fit',
      withFields(
        (fields) =>
          (fields['module'] =
            '{"name":"nac","params":[{"path":"wHat","shape":[2,1]},{"path":"mHat","shape":[1]}],"settings":{}}'),
      ),
      /"mHat" has shape \[2, 1\]/,
    ],
    ['metadata that is no object', withFields((fields) => (fields['metadata'] = '[]')), /must be a JSON object/],
  ])('refuses %s', (_, decode, message) => {
    expect(decode).toThrow(CheckpointError);
    expect(decode).toThrow(message);
  });

  it('refuses a file cut anywhere', () => {
    const bytes = encodeCheckpoint(model);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeCheckpoint(bytes.subarray(0, length), 'nalu model')).toThrow(CheckpointError);
      }),
    );
  });

  it('refuses to save a model that predicts nothing, naming the parameter', () => {
    const tensors = new Map(model.tensors).set('wHat', { shape: [2, 1], data: Float32Array.of(1, NaN) });
    expect(() => encodeCheckpoint({ ...model, tensors })).toThrow(/"wHat" holds NaN at position 1/);
  });

  it('refuses to save a model without one of its parameters', () => {
    const tensors = new Map(model.tensors);
    tensors.delete('wHat');
    expect(() => encodeCheckpoint({ ...model, tensors })).toThrow(/"wHat" \[2, 1\] is missing/);
  });
});

describe('another model', () => {
  const wider: ModuleDescription = {
    name: 'nalu',
    params: [
      { path: 'wHat', shape: [3, 1] },
      { path: 'gate', shape: [3, 1] },
    ],
    settings: {},
  };

  it('is refused with every difference', () => {
    expect(differences(nac, nac)).toEqual([]);
    expect(differences(nac, wider)).toEqual([
      `the checkpoint's module is "nac", this one is "nalu"`,
      '"gate" [3, 1] is missing in the checkpoint',
      '"mHat" [2, 1] is unknown to this module',
      '"wHat" has shape [2, 1] in the checkpoint and [3, 1] here',
    ]);
    expect(() => checkSameModule(nac, wider)).toThrow(CheckpointError);
    expect(() => checkSameModule(nac, nac)).not.toThrow();
  });

  it('differs in its settings, which its parameters do not show', () => {
    const [sharp, blunt] = [1e-6, 0.5].map((epsilon) => describeModule(nalu({ inputs: 2, outputs: 1, epsilon })));
    expect(differences(sharp!, sharp!)).toEqual([]);
    expect(differences(sharp!, blunt!)).toEqual(['"epsilon" is 0.000001 in the checkpoint and 0.5 here']);
  });

  it('is a stack of other layers', () => {
    const stack = (activation: ActivationName, second: Module) =>
      describeModule(sequential(dense({ inputs: 1, outputs: 2, activation }), second));
    const saved = stack('relu', addition({ inputs: 2, outputs: 1 }));
    expect(differences(saved, stack('tanh', nacMul({ inputs: 2, outputs: 1 })))).toEqual([
      '"0/activation" is relu in the checkpoint and tanh here',
      'layer 1 is nac in the checkpoint and nacMul here',
      '"1/epsilon" is not set in the checkpoint and 0.000001 here',
    ]);
  });

  it('is described briefly when nearly everything differs', () => {
    const many = { name: 'nac', params: Array.from({ length: 20 }, (_, i) => ({ path: `p${i}`, shape: [1] })), settings: {} };
    expect(() => checkSameModule(nac, many)).toThrow(/and 17 more differences/);
  });
});
