import { readdirSync, readFileSync } from 'node:fs';

/** Mebibytes that each kind of process holds: Chromium's `gpu-process` and `renderer`, `node`, `firefox-esr`. */
export interface ProcessMemory {
  readonly [kind: string]: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly kind: string;
  readonly mebibytes: number;
}

const read = (pid: number): Process | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const field = (name: string): number => Number(new RegExp(String.raw`^${name}:\s+(\d+)`, 'm').exec(status)?.[1] ?? 0);
    return {
      pid,
      parent: field('PPid'),
      kind: /--type=([\w-]+)/.exec(line)?.[1] ?? /^Name:\s+(.+)/.exec(status)?.[1] ?? 'unknown',
      mebibytes: field('VmRSS') / 1024,
    };
  } catch {
    return undefined; // it has ended since, or this is not Linux
  }
};

const all = (): readonly Process[] => {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (read(Number(name)) ?? []) : []));
  } catch {
    return []; // not Linux
  }
};

/** The memory of a process and all that it started, by kind. Empty where the system does not tell. */
export const processMemory = (pid: number): ProcessMemory => {
  const processes = all();
  const family = new Set([pid]);
  // Parents have smaller numbers nearly always; twice over the list finds the rest.
  for (const { pid: child, parent } of [...processes, ...processes]) if (family.has(parent)) family.add(child);
  const memory: Record<string, number> = {};
  for (const { pid: each, kind, mebibytes } of processes)
    if (family.has(each)) memory[kind] = Math.round(10 * ((memory[kind] ?? 0) + mebibytes)) / 10;
  return memory;
};
