import { KEY_LIMIT } from './uniform.ts';

/**
 * The number of a named random stream: the fourth component of a key. FNV-1a of the name, folded to 24 bits, so that a
 * parameter keeps its numbers when others are added beside it.
 */
export const streamOf = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (((hash >>> 24) ^ hash) >>> 0) & (KEY_LIMIT - 1);
};
