import type { Module } from '@nalu/core';
import type { Population } from '../population.ts';
import { fitNetwork, type Fit } from './fitNetwork.ts';

/** Lets everything else run that waits: signals, timers, messages. */
const others = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

/**
 * Fits trained networks one after the other.
 *
 * @param fitted the fits of the first networks, if there are some; those of the others are added.
 * @param mayGoOn asked before every fit.
 * @returns whether all are fitted.
 */
export const fitAll = async (
  module: Module,
  trained: readonly Population[],
  fit: Fit,
  fitted: Population[],
  mayGoOn: () => Promise<boolean>,
): Promise<boolean> => {
  const rows = fit.rows();
  for (const network of trained.slice(fitted.length)) {
    await others();
    if (!(await mayGoOn())) return false;
    fitted.push(fitNetwork(module, network, fit, rows));
  }
  return true;
};
