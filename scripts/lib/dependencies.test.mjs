/** When is an installation stale? Cases written by hand, in the form of npm's two files. */
import { describe, expect, it } from 'vitest';
import { checkNode, stalePackages } from './dependencies.mjs';

const linux = { platform: 'linux', arch: 'x64', libc: 'glibc' };
const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.2.3' },
    'node_modules/a-linux': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
    'node_modules/a-musl': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
    'node_modules/a-mac': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['x64'] },
    'node_modules/extra': { version: '1.0.0', optional: true },
  },
};
const installed = (packages) => ({ packages });
const complete = { 'node_modules/a': lock.packages['node_modules/a'], 'node_modules/a-linux': lock.packages['node_modules/a-linux'] };

describe('stalePackages', () => {
  it('finds nothing to do when the record has all that is not optional, and the rest in the right version', () => {
    expect(stalePackages(lock, installed(complete), linux)).toEqual([]);
  });
  it('asks for all that is not optional when there is no record', () => {
    expect(stalePackages(lock, undefined, linux)).toEqual(['node_modules/a']);
  });
  it('notices another version', () => {
    expect(stalePackages(lock, installed({ ...complete, 'node_modules/a': { version: '1.2.2' } }), linux)).toEqual(['node_modules/a']);
    expect(stalePackages(lock, installed({ ...complete, 'node_modules/extra': { version: '0.9.0', optional: true } }), linux)).toEqual([
      'node_modules/extra',
    ]);
  });
  it('notices an installation that came from another system', () => {
    expect(stalePackages(lock, installed(complete), { ...linux, platform: 'darwin' })).toEqual(['node_modules/a-linux']);
    expect(stalePackages(lock, installed(complete), { ...linux, libc: 'musl' })).toEqual(['node_modules/a-linux']);
  });
});

describe('checkNode', () => {
  it('accepts 20.19 and later, and says what to do about others', () => {
    expect(() => checkNode('20.19.0')).not.toThrow();
    expect(() => checkNode('24.0.0')).not.toThrow();
    expect(() => checkNode('20.18.1')).toThrow('nodejs.org');
    expect(() => checkNode('18.20.0')).toThrow('20.19');
  });
});
