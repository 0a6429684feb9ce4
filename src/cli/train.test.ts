/** A run as lines, in this process: how it ends, and what is written for numbers that JSON does not have. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { rangeTest } from './range-test.ts';
import { train } from './train.ts';

type Line = Readonly<Record<string, unknown>>;

async function trained(args: readonly string[], stopAfter = Infinity) {
  const read = readOptions(args);
  if (!('options' in read)) throw new Error(JSON.stringify(read));
  let text = '';
  const { end, checkpoint } = await train(read.options, {
    write: (lines) => (text += lines),
    note: () => undefined,
    stopped: () => text.split('\n').length > stopAfter,
  });
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { end, checkpoint, text, lines, steps: lines.filter((line) => 'lr' in line) };
}

const folder = mkdtempSync(join(tmpdir(), 'train-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = '#task=moons&n=50&layers=4&batch=16&engine=tfjs-cpu';

describe('a run as lines', () => {
  it('--steps alone limits it, and says so', async () => {
    const { end, steps, lines } = await trained([base, '--steps', '5']);
    expect(steps).toHaveLength(5);
    expect(end).toMatchObject({ reason: 'steps', step: 5 });
    expect(lines.at(-1)).toMatchObject({ end: { reason: 'steps', step: 5 } });
  });

  it('ends by epochs, by patience, or because it was stopped', async () => {
    expect((await trained([`${base}&epochs=1`])).end.reason).toBe('epochs');
    expect((await trained([`${base}&lr=1e-6&stop=1&patience=2&minDelta=1`])).end).toMatchObject({ reason: 'earlyStop', step: 8 });
    expect((await trained([`${base}&epochs=100`], 20)).end).toMatchObject({ reason: 'stopped', step: 16 });
  });

  it('a diverged run says so last, with its last step among the lines', async () => {
    const { lines, steps, text } = await trained([
      '#task=surface&n=50&opt=sgd&act=linear&lr=10&momentum=0.99&engine=tfjs-cpu',
      '--steps',
      '500',
    ]);
    const end = lines.at(-1)?.['end'] as Line;
    expect(end['reason']).toBe('diverged');
    expect(Object.keys(end).slice(0, 6)).toEqual(['reason', 'step', 'bestStep', 'bestValLoss', 'testLoss', 'testMetric']);
    expect(end['divergence']).toMatchObject({ learningRate: 10 });
    expect(steps).toHaveLength((end['step'] as number) + 1);
    expect(text).not.toContain('null');
  });

  it('what is not finite is a string', async () => {
    // The squares of values near the limit of float32 overflow in the norm.
    const { steps, text } = await trained([
      '#task=surface&n=50&opt=sgd&act=linear&lr=10&layers=64,64,64,64&engine=tfjs-cpu',
      '--steps',
      '50',
    ]);
    expect(steps.some((line) => Object.values(line).some((value) => value === 'Infinity' || value === 'NaN'))).toBe(true);
    expect(text).not.toContain('null');
  });

  it.each(['', '&stop=1&patience=3&restore=1&dropout=0.3', '&opt=sgd&momentum=0.9&sched=cosine&warmup=6&changes=4:lr:0.1,20:lr:0.01'])(
    'stopped, saved, and resumed from the file is the run that never stopped: %s',
    async (choices) => {
      const whole = await trained([`${base}&epochs=8${choices}`]);
      const half = await trained([`${base}&epochs=8${choices}`, '--save', join(folder, 'half')], 14);
      writeFileSync(join(folder, 'half.safetensors'), half.checkpoint ?? '');
      const rest = await trained(['--resume', join(folder, 'half.safetensors')]);
      expect(half.end.reason).toBe('stopped');
      expect([...half.steps, ...rest.steps]).toEqual(whole.steps);
      expect([rest.lines[0], rest.lines.at(-1)]).toEqual([whole.lines[0], whole.lines.at(-1)]);
    },
  );

  it('a resumed run takes more steps and another engine, and its configuration line says so', async () => {
    const short = await trained([base, '--steps', '10', '--save', 'x']);
    writeFileSync(join(folder, 'short.safetensors'), short.checkpoint ?? '');
    const rest = await trained(['--resume', join(folder, 'short.safetensors'), '--steps', '25']);
    const whole = await trained([base, '--steps', '25']);
    for (const steps of ['3', '10'])
      expect(readOptions(['--resume', join(folder, 'short.safetensors'), '--steps', steps])).toEqual({
        problems: ['steps: the run stands at step 10 already; give a larger number to go on.'],
      });
    expect([...short.steps, ...rest.steps]).toEqual(whole.steps);
    expect(rest.lines[0]?.['config']).toMatchObject({ steps: 10, changes: '10:steps:25' });
  });

  it('tells the diagnostics that are on: by step, by evaluation, and what clipping came to', async () => {
    const { lines, steps } = await trained([`${base}&act=relu&epochs=30&updates=1&noiseScale=1&sharpness=10&clip=norm&clipAt=1e-4`]);
    steps.forEach((line) => {
      expect(Object.keys(line).slice(9)).toEqual(['update', 'noiseSquare', 'noiseTrace']);
      expect(Object.keys(line['update'] as Line)).toEqual(['layer1', 'output']);
    });
    const evaluations = lines.filter((line) => 'valLoss' in line);
    expect(evaluations.every((line) => typeof (line['units'] as { layer1: { dead: number } }).layer1.dead === 'number')).toBe(true);
    expect(evaluations.filter((line) => 'sharpness' in line).map(({ step }) => step)).toEqual([0, 40, 80, 120]);
    expect(Object.keys(evaluations.at(-1)?.['noise'] as Line)).toEqual(['scale', 'low', 'high']);
    const end = lines.at(-1)?.['end'] as Line;
    expect(end['clippedShare']).toBe(1);
    const norms = steps.map((line) => line['gradNorm'] as number).sort((a, b) => a - b);
    expect(end['gradNormP90']).toBe(norms[Math.ceil(0.9 * norms.length) - 1]);
  });

  it('the same arguments give the same lines', async () => {
    const [first, second] = [
      await trained([`${base}&dropout=0.3`, '--steps', '30']),
      await trained([`${base}&dropout=0.3`, '--steps', '30']),
    ];
    expect(second.text).toBe(first.text);
  });
});

describe('a range test as lines', () => {
  it('is the configuration, a line for each rate, and what it suggests', async () => {
    const read = readOptions([base, '--range-test']);
    if (!('options' in read)) throw new Error(JSON.stringify(read));
    let text = '';
    await rangeTest(read.options, { write: (lines) => (text += lines), note: () => undefined, stopped: () => false });
    const [config, ...lines] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(config).toHaveProperty('config');
    const last = lines.pop();
    expect(Object.keys(last?.['suggestions'] ?? {}).sort()).toEqual(['steepest', 'tenthOfMinimum', 'valley']);
    expect(lines.every((line) => Object.keys(line).join() === 'lr,loss,smoothed')).toBe(true);
    expect([lines[0]?.['lr'], lines.length > 50]).toEqual([1e-6, true]);
  });

  it('cannot be saved', () => {
    expect(readOptions([base, '--range-test', '--save', 'run.safetensors'])).toHaveProperty('problems');
  });
});
