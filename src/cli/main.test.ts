/** The command line as another program sees it: the lines, the exit codes, the files. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { readOptions } from './options.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tuning-fork-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const base = '#task=moons&n=50&layers=4&batch=16&engine=tfjs-cpu';

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function command(...args: readonly string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', main, ...args], { maxBuffer: 1e8 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

type Line = Readonly<Record<string, unknown>>;

function linesOf(text: string): Line[] {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** All that standard error says of a run that went well; thousands of steps a second have a unit, behind a space that does not break. */
const speed = (steps: number) =>
  new RegExp(
    `^Trained ${String(steps)} steps at [\\d,.]+(\\s\\w+)? steps/s, evaluations included, on tfjs-cpu \\(CPU, one thread\\)\\.\\n$`,
  );

const stepKeys = ['step', 'epoch', 'lr', 'momentum', 'loss', 'l1', 'l2', 'gradNorm', 'clippedNorm'];
const endKeys = ['reason', 'step', 'bestStep', 'bestValLoss', 'testLoss', 'testMetric', 'clippedShare', 'gradNormP90'];
const endOf = (lines: readonly Line[]) => lines.at(-1)?.['end'] as Line;

describe('a run on the command line', () => {
  it('is JSON lines: configuration, steps, evaluations, end, in order, and the saved file can be read', async () => {
    const save = inFolder('run.safetensors');
    const { code, out, err } = await command(`${base}&epochs=2&changes=3:lr:0.5`, '--save', save);
    expect(code).toBe(0);
    expect(err).toMatch(speed(8));
    const lines = linesOf(out);
    expect(lines.map((line) => ('config' in line ? 'config' : 'end' in line ? 'end' : 'valLoss' in line ? 'evaluation' : 'step'))).toEqual([
      'config',
      'evaluation',
      ...['step', 'step', 'step', 'step', 'evaluation'],
      ...['step', 'step', 'step', 'step', 'evaluation'],
      'end',
    ]);
    const config = lines[0]?.['config'] as Line;
    expect(lines[0]?.['ran']).toBe('tfjs-cpu');
    expect(config).toMatchObject({ task: 'moons', n: 50, layers: [4], batch: 16, epochs: 2, engine: 'tfjs-cpu', changes: '3:lr:0.5' });
    const steps = lines.filter((line) => 'lr' in line);
    steps.forEach((line) => expect(Object.keys(line)).toEqual(stepKeys));
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(steps.map(({ lr }) => lr)).toEqual([0.03, 0.03, 0.03, 0.5, 0.5, 0.5, 0.5, 0.5]);
    const evaluations = lines.filter((line) => 'valLoss' in line);
    evaluations.forEach((line) => expect(Object.keys(line)).toEqual(['step', 'valLoss', 'valMetric', 'units']));
    expect(evaluations.map(({ step }) => step)).toEqual([0, 4, 8]);
    expect(Object.keys(endOf(lines))).toEqual(endKeys);
    expect(endOf(lines)).toMatchObject({ reason: 'epochs', step: 8 });
    const { tensors, metadata } = decodeSafetensors(readFileSync(save));
    expect(tensors['model.layer1.weight']?.shape).toEqual([2, 4]);
    expect((JSON.parse(metadata['counters'] ?? '') as { cursor: unknown }).cursor).toMatchObject({ step: 8, epoch: 2 });
  });

  it('--config reads a file, --out writes one and leaves standard output empty; the config line is such a file', async () => {
    const [config, out] = [inFolder('config.json'), inFolder('run.jsonl')];
    writeFileSync(
      config,
      JSON.stringify({ task: 'moons', n: 50, layers: [4], lr: 0.02, steps: 3, stop: 0, engine: 'tfjs-cpu', changes: '2:lr:0.7' }),
    );
    const ended = await command('--config', config, '--out', out);
    expect(ended).toMatchObject({ code: 0, out: '' });
    expect(ended.err).toMatch(speed(3));
    const text = readFileSync(out, 'utf8');
    const lines = linesOf(text);
    expect(lines.filter((line) => 'lr' in line).map(({ lr }) => lr)).toEqual([0.02, 0.02, 0.7]);
    const again = readOptions(['--config', config]);
    for (const same of [lines[0]?.['config'], lines[0]]) {
      writeFileSync(config, JSON.stringify(same));
      expect(readOptions(['--config', config])).toEqual(again);
    }
  });

  it.each([
    ['a version to come', { v: 99 }, ['v: “99” is a newer version of links than this page knows.']],
    ['no version', { v: 'abc' }, ['v: “abc” is not a version of links.']],
    ['a view that there is not', { view: 'x' }, ['view: “x” is not one of the options (projector).']],
    ['a key beside the configuration', { config: {}, opt: 'zzz', ran: 'wasm' }, ['opt: stands beside “config”, where nothing is read.']],
    ['all that a link may say', { v: 1, view: 'projector', run: true, hide: 'lr,batch', lock: ['opt'] }, undefined],
  ])('--config says what it does not read: %s', (_name, content, problems) => {
    const file = inFolder('beside.json');
    writeFileSync(file, JSON.stringify(content));
    const read = readOptions(['--config', file]);
    expect('problems' in read ? read.problems : undefined).toEqual(problems);
  });

  it('a bad configuration exits 2 with one line for each problem and nothing on standard output', async () => {
    const { code, out, err } = await command('#lr=-1&opt=adamm&nonsense=3&batch=1e9', '--steps', '2.5', '--engine', 'abacus');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const complaints = err.trimEnd().split('\n');
    expect(complaints).toHaveLength(6);
    ['lr', 'opt', 'nonsense', 'batch', 'steps', 'engine'].forEach((key) =>
      expect(complaints.filter((line) => line.startsWith(`${key}:`))).toHaveLength(1),
    );
  });

  it('a place that cannot be written to exits 1 before anything is trained', async () => {
    const { code, out, err } = await command(base, '--out', join(folder, 'no', 'such', 'folder.jsonl'));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/no such file/);
  });

  it('an interrupt stops it in good order', async () => {
    const save = inFolder('stopped.safetensors');
    const child = spawn(process.execPath, ['--import', 'tsx', main, `${base}&epochs=10000`, '--save', save]);
    let text = '';
    const code = await new Promise<number | null>((resolve) => {
      child.stdout.on('data', (piece: Buffer) => {
        // Once it trains, and once only: a second interrupt ends it the hard way.
        const training = text.includes('"lr"');
        text += piece.toString();
        if (!training && text.includes('"lr"')) child.kill('SIGINT');
      });
      child.on('close', resolve);
    });
    expect(code).toBe(0);
    const lines = linesOf(text);
    expect(endOf(lines)).toMatchObject({ reason: 'stopped', step: lines.filter((line) => 'lr' in line).length });
    expect(Object.keys(decodeSafetensors(readFileSync(save)).tensors)).toContain('model.output.bias');
  });
});
