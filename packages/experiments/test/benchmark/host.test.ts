import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkedOutCommit, hostFacts } from '../../src/benchmark/host/host.node.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('checkedOutCommit', () => {
  let root = '';
  beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'nalu-host-'))));
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (file: string, text: string): void => {
    const full = path.join(root, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  };

  it('follows a branch, from a folder deep inside', () => {
    write('.git/HEAD', 'ref: refs/heads/main\n');
    write('.git/refs/heads/main', `${COMMIT}\n`);
    mkdirSync(path.join(root, 'a/b'), { recursive: true });
    expect(checkedOutCommit(path.join(root, 'a/b'))).toBe(COMMIT);
  });

  it('finds a packed branch and no other whose name ends alike', () => {
    write('.git/HEAD', 'ref: refs/heads/main\n');
    write('.git/packed-refs', `# pack-refs\n${'f'.repeat(40)} refs/remotes/refs/heads/main2\n${COMMIT} refs/heads/main\n`);
    expect(checkedOutCommit(root)).toBe(COMMIT);
  });

  it('reads a detached head', () => {
    write('.git/HEAD', `${COMMIT}\n`);
    expect(checkedOutCommit(root)).toBe(COMMIT);
  });

  it('reads a worktree', () => {
    write('tree/.git', 'gitdir: ../main/.git/worktrees/tree\n');
    write('main/.git/worktrees/tree/HEAD', 'ref: refs/heads/topic\n');
    write('main/.git/worktrees/tree/commondir', '../..\n');
    write('main/.git/refs/heads/topic', `${COMMIT}\n`);
    expect(checkedOutCommit(path.join(root, 'tree'))).toBe(COMMIT);
  });

  it('is null for a branch without a commit', () => {
    write('.git/HEAD', 'ref: refs/heads/main\n');
    expect(checkedOutCommit(root)).toBeNull();
  });
});

describe('hostFacts', () => {
  it('describes this machine', () => {
    const facts = hostFacts();
    expect(facts.cores).toBe(os.cpus().length);
    expect(facts.runtime).toContain(process.versions.node);
    expect(facts.versions['@tensorflow/tfjs']).toBe('4.22.0');
  });

  it('leaves the version of a missing package open', () => {
    expect(hostFacts(['no-such-package-here']).versions).toEqual({ 'no-such-package-here': null });
  });
});
