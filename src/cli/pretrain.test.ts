/** A long run in a folder: however it is interrupted, its lines and its checkpoint are those of a run that never stopped. */
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { readPretrainOptions } from './options.ts';
import { checkpointIn, linesIn } from './run-folder.ts';

const pretrain = ['--import', 'tsx', fileURLToPath(new URL('pretrain.ts', import.meta.url))];
const parent = mkdtempSync(join(tmpdir(), 'pretrain-'));
afterAll(() => rmSync(parent, { recursive: true }));

const link = '#task=moons&n=200&layers=16,16&batch=16&epochs=150&evalEvery=7&dropout=0.2&engine=tfjs-cpu';

const whole = join(parent, 'whole');
// A process of its own, on a machine that may be busy.
beforeAll(() => finish(link, '--folder', whole), 60_000);

const finish = (...args: readonly string[]) => promisify(execFile)(process.execPath, [...pretrain, ...args]);

/** Sends the signal once lines have been written; resolves to the exit code. */
function interrupted(signal: NodeJS.Signals, folder: string, ...args: readonly string[]): Promise<number | null> {
  const before = existsSync(linesIn(folder)) ? statSync(linesIn(folder)).size : 0;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...pretrain, ...args, '--folder', folder]);
    const looking = setInterval(() => {
      if (!existsSync(linesIn(folder)) || statSync(linesIn(folder)).size <= before + 20_000) return;
      // Once: a second interrupt ends it the hard way.
      clearInterval(looking);
      child.kill(signal);
    }, 20);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(looking);
      resolve(code);
    });
  });
}

describe('a long run', () => {
  it('interrupted, then broken off with a line half written, comes to the same end', async () => {
    const parts = join(parent, 'parts');
    expect(await interrupted('SIGINT', parts, link)).toBe(0);
    const kept = readFileSync(checkpointIn(parts));
    // A crash loses what came after the last checkpoint.
    expect(await interrupted('SIGKILL', parts)).toBeNull();
    expect(readFileSync(checkpointIn(parts)).equals(kept)).toBe(true);
    appendFileSync(linesIn(parts), '{"step":12');
    await finish('--folder', parts);
    expect(readFileSync(linesIn(parts), 'utf8')).toBe(readFileSync(linesIn(whole), 'utf8'));
    const weights = (folder: string) => {
      const { tensors } = decodeSafetensors(readFileSync(checkpointIn(folder)));
      return Object.fromEntries(Object.entries(tensors).filter(([name]) => /^(model|optimizer)\./.test(name)));
    };
    expect(weights(parts)).toEqual(weights(whole));
    // Once it is at its end, it stays there.
    await finish('--folder', parts);
    expect(readFileSync(linesIn(parts), 'utf8')).toBe(readFileSync(linesIn(whole), 'utf8'));
    // Five processes, one after the other.
  }, 60_000);

  it('does nothing without a word: so npm runs it before every “train”, by its name', async () => {
    expect(await finish()).toEqual({ stdout: '', stderr: '' });
  });

  it('needs a folder, and takes no other run into one that holds a run', () => {
    expect(readPretrainOptions([link])).toEqual({ problems: [expect.stringMatching(/^folder: say which folder/)] });
    expect(readPretrainOptions([link, '--folder', whole])).toEqual({
      problems: [expect.stringContaining('one of them'), expect.stringContaining(`folder: ${whole} holds a run already`)],
    });
    expect(readPretrainOptions(['--folder', whole])).toMatchObject({ options: { folder: whole, config: { task: 'moons' } } });
  });
});
