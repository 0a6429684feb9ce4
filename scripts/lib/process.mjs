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
 * `forward`: a request to stop is handed on, and this process waits until the program has come to its end.
 */
export function run(command, args, { output = 'inherit', env = {}, shell = false, forward = false } = {}) {
  const taken = typeof output === 'function';
  const stdio = { stderr: ['ignore', 2, 2], inherit: 'inherit' }[taken ? '' : output] ?? ['ignore', 'pipe', 'pipe'];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio, shell, env: { ...process.env, ...env } });
    const release = forward ? forwardSignals(child) : () => {};
    if (taken) for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', output);
    child.on('error', reject);
    child.on('close', (code) => {
      release();
      resolve(code ?? 1);
    });
  });
}

/**
 * Hands SIGINT and SIGTERM on, and returns how to undo it. A terminal sends SIGINT to every process in front of it, and npm sends it again: so
 * that the program does not hear twice what was said once, it comes as SIGTERM, and only the first.
 */
function forwardSignals(child) {
  let interrupted = false;
  const handlers = {
    SIGINT: () => {
      if (!interrupted) child.kill('SIGTERM');
      interrupted = true;
    },
    SIGTERM: () => child.kill('SIGTERM'),
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  };
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
