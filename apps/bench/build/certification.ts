import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { readCertificate } from '../src/views/conformance/reports/readCertificate.ts';

const module = 'virtual:certification';

const folder = fileURLToPath(new URL('../../../docs/certification/', import.meta.url));

/**
 * `virtual:certification`: every report below docs/certification. They are read and checked when the site is built: a page would
 * be held up by it. A damaged one ends the build.
 */
export const certification = (): Plugin => ({
  name: 'nalu-certification',
  resolveId: (id) => (id === module ? `\0${module}` : null),
  load(id) {
    if (id !== `\0${module}`) return null;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => `${folder}${name}`);
    files.forEach((file) => this.addWatchFile(file));
    const reports = files.map((file) => readCertificate(JSON.parse(readFileSync(file, 'utf8'))));
    // Browsers parse JSON faster than code.
    return `export default JSON.parse(${JSON.stringify(JSON.stringify(reports))});`;
  },
});
