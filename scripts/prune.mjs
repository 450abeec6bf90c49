/** After `tsc -b`, in a package's folder: deletes from dist what was compiled from sources that are gone, lest it be published. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  const source = path.replace(/^dist/, 'src').replace(/(\.js|\.d\.ts)(\.map)?$/, '.ts');
  if (entry.isFile() && entry.name !== '.tsbuildinfo' && !existsSync(source)) rmSync(path);
}
