/** From choices to configurations: what follows what, and what is said about input that cannot be used. */
import { describe, expect, it } from 'vitest';
import { applyPatch, choicesOf, differs, isLive, normalize, resolve } from './config.ts';
import type { Choices } from './config.ts';
import { maxTrainingSize, taskKind } from './task-kind.ts';

describe('normalize', () => {
  it('lets defaults follow what was chosen', () => {
    expect(resolve({ task: 'digits' })).toMatchObject({ loss: 'ce', trainingSize: 2000, model: 'mlp' });
    expect(resolve({ task: 'digits', model: 'cnn' })).toMatchObject({ activation: 'relu', layers: [64], dropout: 0.25 });
    expect(resolve({ task: 'curve' }).loss).toBe('mse');
    expect(resolve({ task: 'blobs', classes: 2 }).loss).toBe('bce');
    expect(resolve({ task: 'blobs' }).loss).toBe('ce');
    expect(resolve({ trainingSize: 12 }).batchSize).toBe(12);
  });

  it.each([
    [{ batchSize: 201 }, 'batch', 'batchSize', 200],
    [{ task: 'text', batchSize: 10_000 }, 'batch', 'batchSize', 481],
    [{ task: 'text', depth: 8, width: 512, batchSize: 64 }, 'batch', 'batchSize', 15],
    [{ task: 'penguins', trainingSize: 5000 }, 'n', 'trainingSize', 233],
    [{ task: 'curve', loss: 'bce' }, 'loss', 'loss', 'mse'],
    [{ model: 'cnn' }, 'model', 'model', 'mlp'],
    [{ task: 'text', optimizer: 'lbfgs' }, 'opt', 'optimizer', 'adam'],
    [{ nesterov: true, dampening: 0.5 }, 'dampening', 'dampening', 0],
    [{ warmup: 2.6 }, 'warmup', 'warmup', 3],
    [{ seed: 2 ** 32 }, 'seed', 'seed', 2 ** 32 - 1],
    [{ learningRate: -1 }, 'lr', 'learningRate', 1e-6],
    [{ batchSize: 3.4 }, 'batch', 'batchSize', 3],
  ])('says what it did with %j', (partial, key, id, used) => {
    const { config, problems } = normalize(partial);
    expect(problems.map((problem) => problem.key)).toEqual([key]);
    expect(config).toMatchObject({ [id]: used });
    expect(problems[0]?.message).toMatch(/; \S+ is used\.$/);
  });

  it('names what it does not know, and is not fooled by inherited names', () => {
    const { config, problems } = normalize(JSON.parse('{"__proto__":1,"constructor":2,"lr":3}') as Record<string, unknown>);
    expect(problems.map((problem) => problem.key)).toEqual(['__proto__', 'constructor', 'lr']);
    expect(config).toEqual(resolve({}));
  });

  it('returns a plain record of every parameter', () => {
    expect(JSON.parse(JSON.stringify(resolve({})))).toEqual(resolve({}));
  });
});

describe('applyPatch', () => {
  it('keeps what was set as long as it fits, and lets the rest follow', () => {
    const spiral = resolve({ learningRate: 0.2, batchSize: 150, loss: 'hinge' });
    expect(applyPatch(spiral, { task: 'moons' })).toMatchObject({ learningRate: 0.2, batchSize: 150, loss: 'hinge' });
    const digits = applyPatch(spiral, { task: 'digits' });
    expect(digits).toMatchObject({ learningRate: 0.2, loss: 'ce', trainingSize: 2000 });
    expect(applyPatch(spiral, { trainingSize: 50 }).batchSize).toBe(50);
    expect(applyPatch(resolve({ optimizer: 'adamw' }), { optimizer: 'adam' }).weightDecay).toBe(0);
  });

  it('forgets a choice that went back to its default', () => {
    expect(choicesOf(applyPatch(resolve({ learningRate: 0.2 }), { learningRate: resolve({}).learningRate }))).toEqual({});
  });
});

describe('differs', () => {
  it('names the parameters whose values differ', () => {
    expect(differs(resolve({}), resolve({ layers: [16, 16] }))).toEqual([]);
    expect(differs(resolve({}), resolve({ seed: 1, layers: [16, 8] }))).toEqual(['layers', 'seed']);
  });
});

describe('isLive', () => {
  it('is true of scalars and false of what shapes the run', () => {
    expect(['learningRate', 'batchSize', 'schedule', 'epochs', 'clip'].map((id) => isLive(id as 'clip'))).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(['task', 'layers', 'seed', 'initialization', 'loss', 'optimizer'].some((id) => isLive(id as 'loss'))).toBe(false);
  });
});

describe('taskKind', () => {
  it('tells tasks by their answers', () => {
    const kinds = (['spiral', 'surface', 'digits', 'penguins'] as const).map((task) => taskKind({ task, classes: 3 }));
    expect(kinds).toEqual(['binary', 'regression', 'multiclass', 'multiclass']);
    expect([2, 4].map((classes) => taskKind({ task: 'blobs', classes }))).toEqual(['binary', 'multiclass']);
  });
});

describe('maxTrainingSize', () => {
  it('leaves room for validation and test, and for the rarest digit', () => {
    const most = (choices: Choices) => maxTrainingSize(resolve({ split: 0.7, ...choices }));
    expect(most({ task: 'penguins' })).toBe(233);
    expect(most({ task: 'digits' })).toBe(6041);
    expect(most({ task: 'digits', balance: 0.1 })).toBeLessThan(3000);
  });

  it('is what a text or a sequence task has', () => {
    const most = (choices: Choices) => maxTrainingSize(resolve({ split: 0.8, ...choices }));
    expect(most({ task: 'text', text: 'names', context: 10 })).toBe(4733);
    expect(most({ task: 'modular', modulus: 97 })).toBe(7527);
    expect(most({ task: 'addition', length: 1 })).toBe(80);
    expect(most({ task: 'copy', length: 2 })).toBe(80);
    expect(most({ task: 'copy', length: 14 })).toBe(50_000);
  });
});

describe('the rate of a pretrained model', () => {
  it('is the one that was searched for how much of it moves, and one from scratch is not touched by that', () => {
    const rateOf = (choices: Choices) => resolve({ task: 'text', ...choices }).learningRate;
    const tuned = (['full', 'blocks', 'head', 'lora'] as const).map((tune) => rateOf({ model: 'pretrained', tune }));
    expect(tuned).toEqual([0.001, 0.003, 0.003, 0.005]);
    expect(rateOf({ model: 'gpt' })).toBe(0.003);
    expect(rateOf({ model: 'pretrained', tune: 'lora', optimizer: 'lion' })).toBe(0.0005);
  });
});
