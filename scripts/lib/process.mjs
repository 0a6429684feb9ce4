/**
 * Starting other programs and knowing where the project is.
 * Everything here uses Node alone, because it must work before any dependency is installed.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a program in the repository's root and resolves with its exit code (a signal counts as 1).
 * `output`: 'inherit' shows what it says, 'stderr' sends all of it to standard error, a function is handed it piece by piece.
 */
export function run(command, args, { output = 'inherit', env = {}, shell = false } = {}) {
  const taken = typeof output === 'function';
  const stdio = { stderr: ['ignore', 2, 2], inherit: 'inherit' }[taken ? '' : output] ?? ['ignore', 'pipe', 'pipe'];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio, shell, env: { ...process.env, ...env } });
    if (taken) for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', output);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runs the JavaScript entry of an installed tool with this Node, which needs no shell on any system. */
export function runTool(path, args, options) {
  return run(process.execPath, [`${root}/node_modules/${path}`, ...args], options);
}

/** Prints an explanation without a stack trace and ends with code 1. */
export function fail(error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
