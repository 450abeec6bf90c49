import { CheckpointError } from '../errors.ts';
import type { Module, Settings } from '../modules/contract.ts';
import { listParams } from '../modules/tree.ts';
import { sameShape, showShape, type Shape } from '../tensor/shape.ts';

/** A parameter's path in its module, such as `0/wHat`, and its shape for one member. */
export interface ParamDescription {
  readonly path: string;
  readonly shape: Shape;
}

/** What must agree for a checkpoint to fit a module. */
export interface ModuleDescription {
  readonly name: string;
  readonly params: readonly ParamDescription[];
  /** The module's settings; in a stack the names of its layers under their numbers, and their settings: `0`, `0/epsilon`. */
  readonly settings: Settings;
}

const allSettings = ({ settings, layers = [] }: Module): Settings => {
  const ofLayer = (layer: Module, i: number) => [
    [String(i), layer.name] as const,
    ...Object.entries(allSettings(layer)).map(([name, value]) => [`${i}/${name}`, value] as const),
  ];
  return { ...settings, ...Object.fromEntries(layers.flatMap(ofLayer)) };
};

export const describeModule = (module: Module): ModuleDescription => ({
  name: module.name,
  params: listParams(module.params).map(({ path, spec }) => ({ path, shape: spec.shape })),
  settings: allSettings(module),
});

const damaged = (what: string): CheckpointError =>
  new CheckpointError(`The checkpoint's description of its module is damaged: ${what}.`);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);

const isSettings = (value: unknown): value is Settings =>
  isRecord(value) && Object.values(value).every((each) => ['string', 'number', 'boolean'].includes(typeof each));

/** Checks a description that was read from a file. */
export const parseDescription = (value: unknown): ModuleDescription => {
  if (!isRecord(value) || typeof value['name'] !== 'string') throw damaged('it has no name');
  const { name, params, settings } = value;
  if (!Array.isArray(params)) throw damaged('it has no list of parameters');
  const parsed = params.map((param: unknown): ParamDescription => {
    if (!isRecord(param) || typeof param['path'] !== 'string') throw damaged('a parameter has no path');
    if (!isShape(param['shape'])) throw damaged(`the parameter ${JSON.stringify(param['path'])} has no shape`);
    return { path: param['path'], shape: param['shape'] };
  });
  if (new Set(parsed.map(({ path }) => path)).size < parsed.length) throw damaged('a parameter is listed twice');
  if (!isSettings(settings)) throw damaged('it has no settings');
  return { name, params: parsed, settings };
};

/** Each difference as a sentence of its own, in the order of the paths. Empty when the two agree. */
export const differences = (saved: ModuleDescription, wanted: ModuleDescription): readonly string[] => {
  const inFile = new Map(saved.params.map(({ path, shape }) => [path, shape]));
  const inModel = new Map(wanted.params.map(({ path, shape }) => [path, shape]));
  const paths = [...new Set([...inFile.keys(), ...inModel.keys()])].sort();
  const aboutParams = paths.flatMap((path) => {
    const [has, wants] = [inFile.get(path), inModel.get(path)];
    if (has === undefined) return [`"${path}" ${showShape(wants!)} is missing in the checkpoint`];
    if (wants === undefined) return [`"${path}" ${showShape(has)} is unknown to this module`];
    return sameShape(has, wants) ? [] : [`"${path}" has shape ${showShape(has)} in the checkpoint and ${showShape(wants)} here`];
  });
  const names = [...new Set([...Object.keys(saved.settings), ...Object.keys(wanted.settings)])].sort();
  const aboutSettings = names.flatMap((name) => {
    const [has, wants] = [saved, wanted].map(({ settings }) => (Object.hasOwn(settings, name) ? settings[name] : undefined));
    const label = /^\d+$/.test(name) ? `layer ${name}` : `"${name}"`;
    const [was, is] = [has ?? 'not set', wants ?? 'not set'];
    return has === wants ? [] : [`${label} is ${was} in the checkpoint and ${is} here`];
  });
  return [
    ...(saved.name === wanted.name ? [] : [`the checkpoint's module is "${saved.name}", this one is "${wanted.name}"`]),
    ...aboutSettings,
    ...aboutParams,
  ];
};

const MOST = 5;

/**
 * Checks that a checkpoint belongs to this module.
 *
 * @throws CheckpointError listing the differences: other name or settings, missing, unknown and misshapen parameters.
 */
export const checkSameModule = (saved: ModuleDescription, wanted: ModuleDescription): void => {
  const all = differences(saved, wanted);
  if (all.length === 0) return;
  const more = all.length > MOST ? `; and ${all.length - MOST} more differences` : '';
  throw new CheckpointError(
    `The checkpoint belongs to another model: ${all.slice(0, MOST).join('; ')}${more}. Build the module as it was when the checkpoint was saved.`,
  );
};
