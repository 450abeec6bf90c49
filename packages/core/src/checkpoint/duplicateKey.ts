/** Position just after the string that starts at `start`. */
const endOfString = (json: string, start: number): number => {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
};

const SPACE = ' \t\r\n';

/**
 * The first key that occurs twice in one object of a JSON text, which JSON.parse would silently let win over the first.
 * The text must be valid JSON. (No regular expression: a name of some megabytes would overflow its stack.)
 */
export const duplicateKey = (json: string): string | undefined => {
  const open: Set<string>[] = [];
  let at = 0;
  while (at < json.length) {
    const start = at;
    const character = json[start];
    at = character === '"' ? endOfString(json, start) : start + 1;
    if (character === '{') open.push(new Set());
    if (character === '}') open.pop();
    if (character !== '"') continue;
    let next = at;
    while (SPACE.includes(json[next] ?? '|')) next++;
    if (json[next] !== ':') continue;
    const key = JSON.parse(json.slice(start, at)) as string;
    if (open.at(-1)!.has(key)) return key;
    open.at(-1)!.add(key);
  }
  return undefined;
};
