import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from './browser.ts';
import { findProgram } from './find.ts';

const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec', '/usr/lib64', '/usr/lib'];

const foldersIn = (library: string): readonly string[] => {
  try {
    return readdirSync(library)
      .filter((name) => name.startsWith('webkit'))
      .map((name) => join(library, name, 'MiniBrowser'));
  } catch {
    return []; // another distribution's folder
  }
};

/** WebKitGTK's own small browser. */
export const webkit: Browser = {
  name: 'WebKit',
  find: () => findProgram(['MiniBrowser'], libraries.flatMap(foldersIn)),
  remedy: 'Install WebKitGTK with its MiniBrowser (Debian: webkit2gtk-driver) and Xvfb.',
  prepare: (_, url) => ['--private', url],
  // Mesa's GPU in software takes minutes to optimise one shader of a training step.
  environment: { GALLIVM_PERF: 'nopt' },
  needsDisplay: true,
};
