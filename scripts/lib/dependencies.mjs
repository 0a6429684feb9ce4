/**
 * Makes sure that what is installed is what package-lock.json asks for, and installs it if not.
 * npm leaves a record of each finished installation in node_modules/.package-lock.json; comparing that record with the lock takes
 * milliseconds, also recognises an installation made by hand, and an interrupted one has no record.
 */
import { existsSync, readFileSync } from 'node:fs';
import { root, run } from './process.mjs';

const oldestNode = [20, 19];

/** Throws, with what to do, if this Node is too old for the tools. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Error(`Tuning Fork needs Node ${oldestNode.join('.')} or newer; this is ${version}. Install one from https://nodejs.org.`);
}

function fits(wanted, actual) {
  if (!wanted) return true;
  return wanted.includes(actual) || (wanted.some((name) => name.startsWith('!')) && !wanted.includes(`!${actual}`));
}

function runsHere(entry, machine) {
  return fits(entry.os, machine.platform) && fits(entry.cpu, machine.arch) && fits(entry.libc, machine.libc);
}

/**
 * The packages for which the record of the installation disagrees with the lock: absent, in another version, or made for another system.
 * An optional package may be absent, because npm leaves out those that do not suit this machine or this Node.
 */
export function stalePackages(lock, installed, machine) {
  const record = installed?.packages ?? {};
  const differs = ([path, entry]) => (record[path] === undefined ? !entry.optional : record[path].version !== entry.version);
  const wrong = Object.entries(lock.packages).filter((pair) => pair[0] !== '' && differs(pair));
  const foreign = Object.entries(record).filter(([, entry]) => entry.optional && !runsHere(entry, machine));
  return [...new Set([...wrong, ...foreign].map(([path]) => path))];
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Brings the dependencies if they are missing or stale. `output` says where npm may write. */
export async function ensureDependencies({ output = 'inherit' } = {}) {
  checkNode();
  const machine = { platform: process.platform, arch: process.arch, libc: existsSync('/etc/alpine-release') ? 'musl' : 'glibc' };
  const lock = readJson(`${root}/package-lock.json`);
  const stale = stalePackages(lock, readJson(`${root}/node_modules/.package-lock.json`), machine);
  if (stale.length === 0) return;
  process.stderr.write(`Installing dependencies (${stale.length} packages missing or stale)…\n`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const useNode = npm?.endsWith('.js') === true;
  const code = useNode
    ? await run(process.execPath, [npm, ...args], { output })
    : await run('npm', args, { output, shell: process.platform === 'win32' });
  if (code !== 0) throw new Error(`"npm ci" failed (code ${code}). It needs the network once; see its message above.`);
}
