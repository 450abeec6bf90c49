import { pathToFileURL } from 'node:url';
import { cliMain } from './project.mjs';
import { setUp, SetupError } from './setup.mjs';

/**
 * Sets up what is needed, telling standard error, and becomes the `nalu` command with these arguments.
 * It runs in this process: its exit code is ours, and no second Node has to start.
 *
 * @param {readonly string[]} args
 */
export const nalu = async (args) => {
  try {
    await setUp((message) => console.error(message));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  process.argv = [process.execPath, cliMain, ...args];
  await import(pathToFileURL(cliMain).href);
};
