/** The text of scripts: idiomatic where PyTorch has a class, only what a run uses, and every live change said or refused. */
import { describe, expect, it } from 'vitest';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { parseChanges } from '../params/changes.ts';
import { makeTask } from '../tasks/make-task.ts';
import { runMaterial } from '../trainer/run-material.ts';
import { exportFiles } from './files.ts';
import { refusals } from './refusals.ts';
import { trainScript } from './script.ts';

const small = { task: 'moons', trainingSize: 50, layers: [4], batchSize: 16, epochs: 6, learningRate: 0.03, seed: 5 } as const;

function material(choices: ConfigPatch = {}, changes = '') {
  const { config, problems } = normalize({ ...small, ...choices });
  const acted = parseChanges(changes, config, ({ message }) => {
    throw new Error(message);
  });
  expect(problems).toEqual([]);
  return runMaterial(config, acted, makeTask(config, {}), { loss: [], learningRate: [], momentum: [], evaluations: [] });
}

const script = (choices?: ConfigPatch, changes?: string) => trainScript(material(choices, changes));

describe('train.py', () => {
  it('uses the classes of PyTorch', () => {
    const text = script({ optimizer: 'sgd', momentum: 0.9, schedule: 'onecycle', clip: 'norm', average: 0.9, dropout: 0.1 });
    for (const name of [
      'torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.95)',
      'torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=24',
      'nn.utils.clip_grad_norm_(parameters, 1)',
      'AveragedModel(model, avg_fn=exponential)',
      'nn.Dropout(0.1)',
      'DistributedDataParallel(model)',
    ])
      expect(text).toContain(name);
  });

  it('holds only the parts that the run uses', () => {
    const text = script({ restoreBest: false });
    for (const word of [
      'clip',
      'now.',
      'SETTINGS',
      'scheduler',
      'Recorded',
      'recorded',
      'penalt',
      'average',
      'best_weights',
      'stopped',
      'import copy',
    ])
      expect(text).not.toContain(word);
  });

  it('puts a warm-up in front by SequentialLR, and one from 0 by a function', () => {
    expect(script({ schedule: 'cosine', warmup: 5, warmupFrom: 0.1 })).toContain('LinearLR(optimizer, start_factor=0.1, total_iters=5)');
    expect(script({ schedule: 'cosine', warmup: 5 })).toContain('LambdaLR(optimizer, lambda step: min(1, step / 5))');
    expect(script({ schedule: 'cosine', warmup: 5, warmupFrom: 1e-300 })).toContain('LambdaLR(optimizer, lambda step: min(1, 1e-300 + 1 *');
  });

  it('writes out what PyTorch has no class for', () => {
    expect(script({ optimizer: 'lion' })).toContain('class Lion(torch.optim.Optimizer):');
    expect(script({ schedule: 'wsd' })).toContain('def rate_factor(step):');
  });

  it('splits parameters by weight decay, which spares biases unless told otherwise', () => {
    expect(script({ weightDecay: 0.1 })).toContain('{"params": biases, "weight_decay": 0},');
    expect(script({ weightDecay: 0.1, decay: 'all' })).toContain('torch.optim.Adam(model.parameters(), ');
  });

  it('repeats live changes from a table, and names no setting that stays', () => {
    const text = script({ l2: 0.1 }, '3:l2:0.2,5:batch:10');
    expect(text).toContain('SETTINGS = dict(');
    expect(text).toContain('3: dict(l2=0.2),');
    expect(text).toMatch(/5: dict\(.*effective_batch=10/);
    expect(text).not.toContain('now.dropout');
  });

  it('moves the rate by a function where a live change moves it', () => {
    expect(script({}, '7:lr:0.3')).toMatch(/if step < 7:\n {8}return 1\.0\n {4}return 10 \* \(1\.0\)/);
  });
});

describe('what a script cannot carry', () => {
  it.each([
    ['3:shuffle:once', 'Shuffle'],
    ['3:amsgrad:1', 'AMSGrad'],
    ['3:monitor:metric', 'Monitor'],
    ['3:dropLast:1', 'Drop last batch'],
  ])('refuses %s by name', (changes, label) => {
    const problems = refusals(material({}, changes));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`“${label}”`);
    expect(() => exportFiles(material({}, changes), 'pytorch')).toThrow(label);
  });

  it('refuses a changed memory of L-BFGS', () => {
    expect(refusals(material({ optimizer: 'lbfgs', batchSize: 50 }, '2:historySize:3'))[0]).toContain('“Memory”');
  });

  it.each([
    ['a last batch of one', { trainingSize: 65, batchSize: 16 }, ''],
    ['a last micro-batch of one', { trainingSize: 50, batchSize: 7, accumulation: 3 }, ''],
    ['batches of one', { batchSize: 1 }, ''],
    ['a live change that leaves one', {}, '3:batch:7'],
  ] as const)('refuses batch normalisation of %s', (_, choices, changes) => {
    const [problem, ...more] = refusals(material({ ...choices, normalization: 'batch' }, changes));
    expect(more).toEqual([]);
    expect(problem).toContain('“Batch size”');
    expect(refusals(material({ ...choices, normalization: 'layer' }, changes))).toEqual([]);
  });

  it('carries batch normalisation where a short batch is dropped or has company', () => {
    expect(refusals(material({ normalization: 'batch' }))).toEqual([]);
    expect(refusals(material({ normalization: 'batch', batchSize: 35, dropLast: true }))).toEqual([]);
    expect(refusals(material({ normalization: 'batch', batchSize: 35, layers: [] }))).toEqual([]);
  });

  it('refuses plateau together with a change of the rate, and nothing else about plateau', () => {
    expect(refusals(material({ schedule: 'plateau' }, '3:lr:0.1'))[0]).toContain('“Schedule”');
    expect(refusals(material({ schedule: 'plateau' }, '3:factor:0.5'))).toEqual([]);
  });

  it('says of Keras what it lacks, and writes the rest', () => {
    expect(() => exportFiles(material({ sam: 0.1 }), 'keras')).toThrow('sharpness-aware');
    expect(() => exportFiles(material({ optimizer: 'radam' }), 'keras')).toThrow('Optimizer');
    const files = exportFiles(material({ schedule: 'cosine' }), 'keras');
    expect(new TextDecoder().decode(files['train_keras.py'])).toContain('# differs:');
  });
});
