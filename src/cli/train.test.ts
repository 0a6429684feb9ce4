/** A run as lines, in this process: how it ends, and what is written for numbers that JSON does not have. */
import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { rangeTest } from './range-test.ts';
import { train } from './train.ts';

type Line = Readonly<Record<string, unknown>>;

async function trained(args: readonly string[], stopAfter = Infinity) {
  const read = readOptions(args);
  if (!('options' in read)) throw new Error(JSON.stringify(read));
  let text = '';
  const { end } = await train(read.options, {
    write: (lines) => (text += lines),
    note: () => undefined,
    stopped: () => text.split('\n').length > stopAfter,
  });
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { end, text, lines, steps: lines.filter((line) => 'lr' in line) };
}

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
    expect(Object.keys(last?.['suggestions'] ?? {}).sort()).toEqual(['minimum', 'steepest', 'valley']);
    expect(lines.every((line) => Object.keys(line).join() === 'lr,loss,smoothed')).toBe(true);
    expect([lines[0]?.['lr'], lines.length > 50]).toEqual([1e-6, true]);
  });

  it('cannot be saved', () => {
    expect(readOptions([base, '--range-test', '--save', 'run.safetensors'])).toHaveProperty('problems');
  });
});
