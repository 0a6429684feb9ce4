/** Stopping: a program that is asked to stop says its last words before whoever started it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = `
  setInterval(() => {}, 1000);
  process.once('SIGTERM', () => setTimeout(() => { console.log('saved'); process.exit(7); }, 200));
  console.log('ready');
`;
const starter = `
  import { run } from ${JSON.stringify(fileURLToPath(new URL('./process.mjs', import.meta.url)))};
  process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(program)}], { forward: true });
`;

describe('run', () => {
  it.each([['SIGTERM'], ['SIGINT'], ['SIGINT', 'SIGINT']])('hands %s on and waits for the end', async (...signals) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', starter]);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => (said += piece));
    while (!said.includes('ready')) await once(child.stdout, 'data');
    for (const signal of signals) child.kill(signal);
    const [code] = await once(child, 'close');
    expect([said, code]).toEqual(['ready\nsaved\n', 7]);
  });
});
