import { ExecutionError } from '@nalu/core';
import type { HelperFunction } from '../dialects/dialect.ts';
import type { Gpu, KernelFunction, KernelSettings } from '../gpujs.ts';
import type { PrintedKernel } from '../printing/kernel.ts';

const settingsOf = ({ parameters }: HelperFunction) => ({
  argumentTypes: Object.fromEntries(parameters.map((name) => [name, 'Number'])),
  returnType: 'Number',
});

/**
 * The helpers of a kernel, as gpu.js wants them. It writes only those native functions that the kernel itself calls, in an
 * order of its own: the first of them gets the text of all, in the order in which they need one another.
 */
export const helperSettings = ({ source, helpers }: PrintedKernel): Pick<KernelSettings, 'functions' | 'nativeFunctions'> => {
  const natives = helpers.filter(({ language }) => language === 'native');
  const called = natives.filter(({ name }) => source.includes(`${name}(`));
  const text = natives.map((helper) => helper.source).join('\n');
  return {
    functions: helpers
      .filter(({ language }) => language === 'gpujs')
      .map((helper) => ({ source: helper.source, settings: settingsOf(helper) })),
    nativeFunctions: called.map((helper, i) => ({
      name: helper.name,
      source: i === 0 ? text : '',
      ...settingsOf(helper),
    })),
  };
};

/** gpu.js falls back to another mode silently. @throws ExecutionError when it did. */
export const checkMode = ({ kernel }: KernelFunction, gpu: Gpu): void => {
  const ran = kernel.constructor;
  if (ran === gpu.Kernel && !kernel.fallbackReason) return;
  throw new ExecutionError(
    `gpu.js was asked for its mode "${gpu.mode}", but would run a kernel in its mode "${ran.mode}": ${kernel.fallbackReason ?? 'no reason given'}.`,
  );
};
