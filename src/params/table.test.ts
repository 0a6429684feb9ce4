/** What must hold for every parameter: loops over the table, so that a new parameter is tested by being declared. */
import { describe, expect, it } from 'vitest';
import { rangeOf } from './check-value.ts';
import { applyPatch, defaultOf, isParameterId, normalize, resolve } from './config.ts';
import type { Choices, Config } from './config.ts';
import type { Value } from './kinds.ts';
import { optimizerOptions, tuneOptions } from './options.ts';
import { groups, idOfKey, parameterIds, specOf } from './table.ts';
import { fromHash, pageKeys, toHash } from './url.ts';

const ids = parameterIds.map((id) => [id] as const);
const tasks = ['circle', 'blobs', 'curve', 'surface', 'digits', 'penguins', 'text', 'copy', 'addition', 'modular'] as const;
const optimizers = optimizerOptions.map(({ value }) => value);
const ofTexts = optimizers.filter((optimizer) => optimizer !== 'lbfgs');

/** Configurations that between them reach every default. */
const settings: readonly Choices[] = [
  ...tasks.map((task): Choices => ({ task })),
  ...optimizers.map((optimizer): Choices => ({ optimizer })),
  { task: 'digits', model: 'cnn' },
  { task: 'digits', optimizer: 'sgd' },
  { task: 'digits', optimizer: 'adagrad' },
  ...ofTexts.map((optimizer): Choices => ({ task: 'text', optimizer })),
  ...(['rnn', 'lstm', 'gru'] as const).map((model): Choices => ({ task: 'reverse', model })),
  ...tuneOptions.map(({ value: tune }): Choices => ({ task: 'text', model: 'pretrained', tune })),
  ...ofTexts.map((optimizer): Choices => ({ task: 'text', model: 'pretrained', optimizer })),
  { task: 'text', tokenizer: 'bpe', width: 33, positions: 'learned' },
  { task: 'copy', width: 34, positions: 'rotary' },
];

/** The extreme and the ordinary values of a parameter. */
function telling(id: (typeof parameterIds)[number], config: Config): readonly Value[] {
  const spec = specOf(id);
  switch (spec.kind) {
    case 'number': {
      const { min, max } = rangeOf(spec, config);
      return [min, max];
    }
    case 'choice':
      return spec.options.map((option) => option.value).filter((value) => spec.available(value, config));
    case 'toggle':
      return spec.fixed?.(config) ? [config[id]] : [false, true];
    case 'curve':
      return [[[0.5, spec.max]], Array.from({ length: spec.maxKnots }, (_, i) => [i / (spec.maxKnots - 1), (i % 3) / 3] as const)];
    case 'list':
      return [Array.from({ length: spec.minLength }, () => spec.min), Array.from({ length: spec.maxLength }, () => spec.max)];
  }
}

describe('every parameter', () => {
  it.each(ids)('%s: its default is allowed in every setting', (id) => {
    for (const choices of settings) {
      const config = resolve(choices);
      expect(normalize({ ...choices, [id]: config[id] })).toEqual({ config, problems: [] });
      expect(defaultOf(id, resolve({ ...choices, [id]: choices[id] }))).toBeDefined();
    }
  });

  it.each(ids)('%s: explains itself', (id) => {
    const { help, label } = specOf(id);
    expect(label.trim()).toMatch(/^\p{Lu}/u);
    expect(help.line).toMatch(/^\p{Lu}.{15,160}\.$/u);
    expect(help.paragraph).toMatch(/^.{60,}\.$/u);
    for (const text of [help.formula, help.source]) if (text !== undefined) expect(text).not.toBe('');
  });

  it.each(ids)('%s: every telling value survives a link, and normalises without complaint', (id) => {
    for (const choices of [{}, ...settings]) {
      for (const value of telling(id, resolve(choices))) {
        const { config, problems } = normalize({ ...choices, [id]: value });
        const read = fromHash(toHash({ ...fromHash('').link, config }));
        expect(read.problems).toEqual([]);
        expect(read.link.config).toEqual(config);
        if (!['task', 'split', 'balance', 'nesterov'].includes(id))
          expect(problems.filter((problem) => problem.key === specOf(id).urlKey)).toEqual([]);
      }
    }
  });

  it.each(ids)('%s: what is out of bounds is reported by key and replaced', (id) => {
    const spec = specOf(id);
    const wrong: readonly unknown[] = {
      number: [NaN, '3', null, spec.kind === 'number' ? [spec.min - 1, spec.max + 1, Infinity] : []].flat(),
      choice: ['nothing of the kind', 3, null],
      toggle: [1, 'on', null],
      curve: [5, '0:1', [0, 1], [], [[0, NaN]], [[0]], [[0, 1, 2]], [[1.5, 1]], [[0, -1]], [[0, 11]], [[1, 0], [0, 1]], [[0, 1], [0, 2]], Array.from({ length: 65 }, (_, i) => [i / 64, 1])], // prettier-ignore
      list: [5, '16,16', [NaN], [spec.kind === 'list' ? spec.min - 1 : 0], [1.5], Array.from({ length: 99 }, () => 4)],
    }[spec.kind];
    for (const value of wrong) {
      const { config, problems } = normalize({ [id]: value });
      expect(problems.map((problem) => problem.key)).toEqual([spec.urlKey]);
      expect(problems[0]?.message).toContain(`${spec.urlKey}: `);
      expect(normalize(config).problems).toEqual([]);
    }
  });

  it('has a label and a link key of its own', () => {
    const labels = parameterIds.map((id) => specOf(id).label.toLowerCase());
    const keys: readonly string[] = [...parameterIds.map((id) => specOf(id).urlKey), ...pageKeys];
    expect(new Set(labels).size).toBe(labels.length);
    expect(new Set(keys).size).toBe(keys.length);
    for (const id of parameterIds) expect(specOf(id).urlKey).toMatch(/^[a-z][A-Za-z0-9]*$/);
  });

  it('has no key that is the id of another', () => {
    for (const id of parameterIds) {
      const { urlKey } = specOf(id);
      if (isParameterId(urlKey)) expect(urlKey).toBe(id);
      expect(idOfKey(urlKey)).toBe(id);
    }
  });

  it('stands in a group of the page, in its order', () => {
    const order = groups.map((group) => group.id);
    const seen = parameterIds.map((id) => order.indexOf(specOf(id).group));
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen)).toEqual(new Set(order.keys()));
    expect(groups.flatMap((group) => group.number ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('has a slider that its scale can lay out', () => {
    for (const id of parameterIds) {
      const spec = specOf(id);
      if (spec.kind !== 'number') continue;
      if (spec.scale === 'log') expect(spec.min).toBeGreaterThan(0);
      if (spec.scale === 'nearOne') expect(spec.max).toBeLessThan(1);
      expect(spec.scale === 'zeroLog', id).toBe(spec.smallest !== undefined);
      if (spec.scale === 'zeroLog') expect(spec.min).toBe(0);
      if (spec.scale === 'linear') expect(spec.step, id).toBeGreaterThan(0);
    }
  });

  it('moves nothing else when it is live', () => {
    const before = resolve({ optimizer: 'sgd', momentum: 0.9 });
    for (const id of parameterIds.filter((name) => specOf(name).applies === 'live')) {
      for (const value of telling(id, before)) expect(applyPatch(before, { [id]: value })).toEqual({ ...before, [id]: value });
    }
  });
});

describe('groups', () => {
  it('say their values in one line, in every setting', () => {
    const config = resolve({ dropout: 0.1, l2: 1e-4, schedule: 'cosine', warmup: 0.05, clip: 'norm', earlyStopping: true });
    const lines = Object.fromEntries(groups.map((group) => [group.title, group.summary(config)]));
    expect(lines).toMatchObject({
      Data: expect.stringMatching(/^Spiral · noise [\d.]+ · 200 to train on$/) as string,
      'Batch size': '20 of 200 · shuffled',
      Regularization: 'dropout 0.1 · L2 1e-4',
      Scheduler: 'cosine to 0, 5\u00a0% warm-up',
      'Gradient clipping': 'norm 1',
    });
    for (const choices of settings) for (const group of groups) expect(group.summary(resolve(choices))).toMatch(/^\S.*\S$|^\d$/);
  });
});

describe('the line of the optimizer', () => {
  const line = (choices: Choices) => groups.find(({ id }) => id === 'optimizer')?.summary(resolve({ optimizer: 'muon', ...choices }));

  it('tells the rate of AdamW within Muon, and that there is nothing else without a hidden matrix', () => {
    expect(line({ layers: [4, 4], learningRate: 0.05, adamRatio: 0.1 })).toBe('Muon · AdamW at 0.005');
    expect(line({ layers: [4], learningRate: 0.05, adamRatio: 0.1 })).toBe('Muon · no hidden matrix, all AdamW at 0.005');
    expect(line({ task: 'digits', model: 'cnn', layers: [], channels: [4, 4], learningRate: 0.01 })).toBe('Muon · AdamW at 0.001');
  });
});

describe('defaults', () => {
  it('are those of torch.optim', () => {
    const of = (optimizer: Config['optimizer']) => resolve({ optimizer });
    expect(of('adam')).toMatchObject({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
    expect(of('adamw')).toMatchObject({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 });
    expect(of('sgd')).toMatchObject({ momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 });
    expect(of('rmsprop')).toMatchObject({ alpha: 0.99, epsilon: 1e-8, centered: false, momentum: 0, weightDecay: 0 });
    expect(of('adagrad')).toMatchObject({ epsilon: 1e-10, weightDecay: 0 });
    for (const name of ['nadam', 'radam', 'adamax'] as const)
      expect(of(name)).toMatchObject({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
    expect(of('nadam').momentumDecay).toBe(0.004);
    expect(of('adadelta')).toMatchObject({ learningRate: 1, alpha: 0.9, epsilon: 1e-6, weightDecay: 0 });
    expect(of('rprop')).toMatchObject({ learningRate: 0.01, etaMinus: 0.5, etaPlus: 1.2 });
    expect(of('asgd')).toMatchObject({ lambda: 1e-4, ratePower: 0.75, weightDecay: 0 });
  });

  it('are those of the papers where torch.optim has no such rule', () => {
    const of = (optimizer: Config['optimizer']) => resolve({ optimizer });
    expect(of('lion')).toMatchObject({ beta1: 0.9, beta2: 0.99, weightDecay: 0 });
    expect(of('muon')).toMatchObject({ momentum: 0.95, beta1: 0.9, beta2: 0.95, weightDecay: 0 });
    expect(of('lamb')).toMatchObject({ beta1: 0.9, beta2: 0.999, epsilon: 1e-6 });
    expect(of('adafactor').beta1).toBe(0);
    expect(of('sfsgd').momentum).toBe(0.9);
    expect(of('sfadamw')).toMatchObject({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  });

  it('run the spiral for 2,000 steps', () => {
    const config = resolve({});
    expect((config.epochs * config.trainingSize) / config.batchSize).toBe(2000);
  });
});

describe('what stands folded away', () => {
  const isAdvanced = (id: (typeof parameterIds)[number]): boolean => specOf(id).advanced === true;

  it('leaves every group something to see first, its main parameter among it', () => {
    for (const { id, main } of groups) {
      const first = parameterIds.find((one) => specOf(one).group === id)!;
      expect(isAdvanced(first), first).toBe(false);
      if (main !== undefined) expect(isAdvanced(main), main).toBe(false);
    }
    const before = parameterIds.filter((id) => specOf(id).when(resolve({})) && specOf(id).group === 'learningRate' && !isAdvanced(id));
    expect(before).toEqual(['learningRate']);
  });

  it.each(parameterIds.filter(isAdvanced).map((id) => [id] as const))('%s: brings up nothing that stands outside the fold', (id) => {
    for (const choices of settings) {
      const outside = (config: Config) => parameterIds.filter((one) => !isAdvanced(one) && specOf(one).when(config));
      const before = outside(resolve(choices));
      for (const value of telling(id, resolve(choices))) {
        expect(outside(normalize({ ...choices, [id]: value }).config).filter((one) => !before.includes(one))).toEqual([]);
      }
    }
  });
});
