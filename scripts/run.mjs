/**
 * Runs a TypeScript or JavaScript entry of the project after making sure of dependencies and data:
 * `node scripts/run.mjs src/cli/main.ts …`. Whatever the preparation says goes to standard error; standard output is the entry's own.
 */
import { buildData, buildKernels } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fail, root, run } from './lib/process.mjs';

const [entry, ...args] = process.argv.slice(2);
try {
  if (entry === undefined) throw new Error('Say what to run: node scripts/run.mjs <file> …');
  await ensureDependencies({ output: 'stderr' });
  await buildData({ output: 'stderr' });
  await buildKernels({ output: 'stderr' });
  process.exitCode = await run(process.execPath, ['--import', 'tsx', `${root}/${entry}`, ...args], { forward: true });
} catch (error) {
  fail(error);
}
