/** Imported first by every command: an old Node gets one clear sentence instead of a syntax error from a dependency. */
import { readFileSync } from 'node:fs';

/** @type {string} */
const needed = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).engines.node.replace('>=', '');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);

if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  console.error(
    `Nalu needs Node ${needed} or newer, and this is Node ${process.versions.node}: install a newer Node (nodejs.org) and run the same command again.`,
  );
  process.exit(1);
}
