/** Runs from pretrained weights: what moves and what stays, what is forgotten, replay, and going on from a checkpoint. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import { tokenLosses } from '../language/token-losses.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Pretrained } from '../tasks/assets.ts';
import { splitText } from '../tasks/text/blocks.ts';
import type { LanguageTask } from '../tasks/task.ts';
import { tinyOptions, tinyPretrained } from '../testing/tiny-shipped.ts';
import { trained } from '../testing/trained.ts';
import { describeTask } from '../trainer/describe.ts';
import { weightsForReading } from '../trainer/weights-for-reading.ts';
import { openRun } from './run.ts';
import type { Run } from './run.ts';

const text = Array.from({ length: 400 }, (_, i) => `ZYX ${String(i * 7919)} (QQ) #${String(i)}\n`).join('');
const base = { task: 'text', text: 'names', model: 'pretrained', engine: 'tfjs-cpu', seed: 2, batchSize: 8, learningRate: 0.01 } as const;

function configOf(choices: ConfigPatch): Config {
  const { config, problems } = normalize({ ...base, ...choices });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return config;
}

const taskOf = (config: Config, pretrained: Pretrained = tinyPretrained()): LanguageTask => {
  const task = makeTask(config, { text, pretrained });
  if (task.kind !== 'language') throw new Error('no task of language');
  return task;
};

async function open(choices: ConfigPatch, checkpoint?: Uint8Array, pretrained?: Pretrained): Promise<Run> {
  const config = configOf(choices);
  const executor = createExecutor(await openCpu());
  return openRun({ config, changes: [], task: taskOf(config, pretrained), executor, ...(checkpoint ? { checkpoint } : {}) });
}

/** Losses of the steps up to `step`. */
async function losses(run: Run, step: number): Promise<number[]> {
  const found: number[] = [];
  let { value: report } = await run.reports.next();
  while (report && report.step < step) {
    report = (await run.reports.next({ steps: step - report.step })).value ?? undefined;
    found.push(...(report?.columns.loss ?? []));
  }
  return found;
}

/** Loss on the old text at the first and at the last evaluation. */
async function forgetting(choices: ConfigPatch): Promise<readonly [first: number, last: number]> {
  const run = await open({ evaluateEvery: 20, ...choices });
  const found: number[] = [];
  let { value: report } = await run.reports.next();
  for (;;) {
    if (report?.evaluation?.oldLoss !== undefined) found.push(report.evaluation.oldLoss);
    if (!report || report.end || report.step >= 60) break;
    report = (await run.reports.next({ steps: 20 })).value ?? undefined;
  }
  await run.reports.return();
  return [found[0] ?? NaN, found.at(-1) ?? NaN];
}

describe('what an optimizer knows of', () => {
  it('is the part that is trained: no slot, average or best weights for the rest', async () => {
    const run = await open({ tune: 'lora', rank: 2, adapted: 'qv' });
    await losses(run, 3);
    const { tensors } = decodeSafetensors(await run.checkpoint());
    await run.reports.return();
    const names = Object.keys(tensors).filter((name) => !name.startsWith('normHistory'));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => /\.(tokens|positions|norm\d?|output|up|down)\b|(query|value)\.(weight|bias)/.test(name))).toEqual([]);
    expect(names.filter((name) => /^optimizer\.\w+\.block1\.query\.lora_B$/.test(name)).length).toBeGreaterThan(1);
  });

  it.each(['sgd', 'adamw'] as const)('%s with decay and penalties on everything leaves fixed tensors as they were', async (optimizer) => {
    const config = configOf({ tune: 'blocks', optimizer, weightDecay: 0.1, decay: 'all', l2: 0.1, maxNorm: 0.5 });
    const executor = createExecutor(await openCpu());
    const run = openRun({ config, changes: [], task: taskOf(config), executor });
    await losses(run, 5);
    const { parameters } = await executor.readState();
    const whole = run.model.whole?.(parameters?.values ?? new Float32Array()) ?? new Float32Array();
    await run.reports.return();
    const { weights } = tinyPretrained().start;
    const untouched = run.model.fixed?.reduce((sum, { values }) => sum + values.length, 0) ?? 0;
    expect(whole.filter((value, i) => value === weights[i]).length).toBeGreaterThanOrEqual(untouched);
    expect(whole.filter((value, i) => value !== weights[i]).length).toBeGreaterThan(run.model.parameterCount / 2);
  });
});

describe('what is said of it beforehand', () => {
  it('counts what is trained, what stays, and the memory of both', () => {
    const [lora, full] = [configOf({ tune: 'lora', rank: 2 }), configOf({ tune: 'full' })].map((config) =>
      describeTask(config, taskOf(config)),
    );
    const { length } = tinyPretrained().start.weights;
    expect(full).toMatchObject({ parameterCount: length });
    expect(full).not.toHaveProperty('fixedCount');
    expect(lora).toMatchObject({ parameterCount: 2 * 2 * (4 * 16 + 2 * 40), fixedCount: length, modelName: 'GPT 2 × 8, LoRA of rank 2' });
    expect(lora!.cost.dataBytes).toBe(full!.cost.dataBytes + 4 * length);
    expect(lora!.cost.stateBytes).toBeLessThan(full!.cost.stateBytes);
  });
});

describe('the loss on the old text', () => {
  it('is that of the pretrained model at first, on blocks that pretraining held out', async () => {
    const task = taskOf(configOf({}));
    const { inputs = new Float32Array(), targets = new Float32Array(), count = 0 } = task.old ?? {};
    const { context } = tinyOptions();
    const model = { options: tinyOptions(), weights: tinyPretrained().start.weights };
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const tokens = [...inputs.subarray(row * context, (row + 1) * context), targets[(row + 1) * context - 1] ?? 0];
      for (const event of tokenLosses(model, tokens, 1)) if (event.kind === 'judged') sum += event.loss;
    }
    const [first] = await forgetting({ tune: 'full', maxSteps: 1 });
    expect(first).toBeCloseTo(sum / (count * context), 4);
  });

  it('is not told of a model that begins from nothing', async () => {
    const told = await trained(normalize({ ...base, model: 'gpt', depth: 1, width: 8, maxSteps: 2 }).config, { assets: { text } });
    expect(told.evaluations.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain('oldLoss');
  });

  it('climbs while other text is learned, less where old text is replayed', async () => {
    const [first, last] = await forgetting({ tune: 'full', learningRate: 0.03 });
    const [, replayed] = await forgetting({ tune: 'full', learningRate: 0.03, replay: 0.5 });
    expect(last).toBeGreaterThan(first + 0.1);
    expect(replayed).toBeLessThan(last - 0.1);
  });
});

describe('what is generated, and shown token by token', () => {
  it.each([
    { tune: 'full' },
    { tune: 'blocks' },
    { tune: 'head' },
    { tune: 'lora', rank: 3 },
    { tune: 'lora', average: 0.5, averageUse: 'average' },
  ] as const)('comes from the whole network as it was tuned: %o', async (choices) => {
    const config = configOf({ ...choices, evaluateEvery: 6, learningRate: 0.05 });
    const run = await open({ ...choices, evaluateEvery: 6, learningRate: 0.05 });
    await losses(run, 6);
    const { model } = (await weightsForReading(run, config))!;
    const { inputs, targets, count } = (run.task as LanguageTask).validation;
    const { context } = tinyOptions();
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const tokens = [...inputs.subarray(row * context, (row + 1) * context), targets[(row + 1) * context - 1] ?? 0];
      for (const event of tokenLosses(model, tokens, 1)) if (event.kind === 'judged') sum += event.loss;
    }
    const judgedLoss = run.validation?.loss ?? NaN;
    await run.reports.return();
    expect(sum / (count * context)).toBeCloseTo(judgedLoss, 4);
  });
});

describe('replay', () => {
  it('brings in windows of the text that was trained on, as a share of all', () => {
    const alone = taskOf(configOf({})).train;
    const task = taskOf(configOf({ replay: 0.25 }));
    expect(task.train.count).toBe(alone.count + Math.round(alone.count / 3));
    expect(task.windows).toEqual({ available: alone.count, replayed: Math.round(alone.count / 3) });
    expect(task.train.inputs.subarray(0, alone.inputs.length)).toEqual(alone.inputs);
    const { context } = tinyOptions();
    const texts = (split: { readonly inputs: Float32Array; readonly count: number }, from: number) =>
      Array.from({ length: split.count - from }, (_, i) =>
        task.tokenizer.decode(split.inputs.subarray((from + i) * context, (from + i + 1) * context)),
      );
    const replayed = texts(task.train, alone.count);
    const { old } = tinyPretrained();
    const { train } = splitText(old.text, old);
    expect(replayed.every((window) => train.some((part) => part.includes(window)))).toBe(true);
    expect(replayed.filter((window) => !text.includes(window)).length).toBeGreaterThan(replayed.length / 2);
    expect(task.hash).not.toBe(taskOf(configOf({})).hash);
  });
});

describe('a checkpoint', () => {
  it.each([{ tune: 'lora', rank: 2 }, { tune: 'head' }, { tune: 'blocks' }, { tune: 'full', replay: 0.2 }] as const)(
    'of %o goes on bit for bit',
    async (choices) => {
      const through = await open(choices);
      const all = await losses(through, 12);
      await through.reports.return();
      const first = await open(choices);
      const before = await losses(first, 5);
      const checkpoint = await first.checkpoint();
      await first.reports.return();
      const second = await open(choices, checkpoint);
      const after = await losses(second, 12);
      await second.reports.return();
      expect([...before, ...after]).toEqual(all);
    },
  );

  it('is refused where the pretrained model is another', async () => {
    const run = await open({ tune: 'lora' });
    await losses(run, 1);
    const checkpoint = await run.checkpoint();
    await run.reports.return();
    const other = tinyPretrained();
    const second = await open({ tune: 'lora' }, checkpoint, { ...other, start: { ...other.start, fingerprint: 'another' } });
    await expect(second.reports.next()).rejects.toThrow(/another pretrained model/);
  });
});
