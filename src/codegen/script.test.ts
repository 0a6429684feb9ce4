/** The text of scripts: idiomatic where PyTorch has a class, only what a run uses, and every live change said or refused. */
import { describe, expect, it } from 'vitest';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { parseChanges } from '../params/changes.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Assets } from '../tasks/assets.ts';
import { testAssets } from '../testing/test-assets.ts';
import { runMaterial } from '../trainer/run-material.ts';
import { exportFiles } from './files.ts';
import { refusals } from './refusals.ts';
import { trainScript } from './script.ts';

const small = { task: 'moons', trainingSize: 50, layers: [4], batchSize: 16, epochs: 6, learningRate: 0.03, seed: 5 } as const;

function material(choices: ConfigPatch = {}, changes = '', assets: Assets = {}) {
  const { config, problems } = normalize({ ...small, ...choices });
  const acted = parseChanges(changes, config, ({ message }) => {
    throw new Error(message);
  });
  expect(problems).toEqual([]);
  return runMaterial(config, acted, makeTask(config, assets), { loss: [], learningRate: [], momentum: [], evaluations: [] });
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

  it('takes a live change of the order at step 0 for what the run begins with', () => {
    expect(material({ shuffle: 'once' }, '0:shuffle:epoch').order).toEqual(material().order);
  });

  it('moves the rate by a function where a live change moves it', () => {
    expect(script({}, '7:lr:0.3')).toMatch(/if step < 7:\n {8}return 1\.0\n {4}return 10 \* \(1\.0\)/);
  });
});

const tokens = { task: 'copy', length: 2, trainingSize: 40, depth: 2, width: 8, batchSize: 16, maxSteps: 12 } as const;
const language = (choices: ConfigPatch = {}, changes?: string) => script({ ...tokens, ...choices }, changes);

describe('train.py of a language model', () => {
  it('is a class of modules, whose tied head is the table of tokens', () => {
    const text = language();
    for (const name of [
      'class GPT(nn.Module):',
      'class Block(nn.Module):',
      'return F.linear(self.norm(x), self.tokens.weight)',
      'return GPT(vocabulary=11, context=4, width=8, heads=4, depth=2)',
      'x, y = shifted(data["train"])',
      'first=PROMPT - 1',
      '--sample',
    ])
      expect(text).toContain(name);
    for (const name of ['weights_of', 'self.output', 'RMSNorm', 'rotate', 'Dropout', 'label_smoothing']) expect(text).not.toContain(name);
  });

  it('has only the parts that are asked for', () => {
    const text = language({
      positions: 'rotary',
      normalization: 'rms',
      activation: 'swiglu',
      tiedHead: false,
      normAt: 'after',
      dropout: 0.1,
    });
    for (const name of [
      'rotate(query',
      'RMSNorm(width)',
      'F.silu',
      'return self.output(x)',
      'self.norm1(x + self.dropout1(self.attention(x)))',
    ])
      expect(text).toContain(name);
    expect(text).not.toContain('self.positions');
  });

  it('uses the recurrent modules of PyTorch, layer by layer only where it must', () => {
    expect(language({ model: 'lstm' })).toContain('self.rnn = nn.LSTM(width, width, num_layers=depth, batch_first=True)');
    const identity = { model: 'rnn', activation: 'relu', initialization: 'identity' } as const;
    expect(language(identity)).toContain('nn.RNN(width, width, num_layers=depth, batch_first=True, nonlinearity="relu")');
    const dropped = language({ model: 'gru', dropout: 0.2 });
    expect(dropped).toContain('self.layers = nn.ModuleList(nn.GRU(width, width, batch_first=True) for _ in range(depth))');
    expect(dropped).toContain('setattr(model.get_submodule(parent), child, RecordedDropout(module.p, recorded[name]))');
  });

  it('takes gates by themselves where a rule looks at whole tensors', () => {
    for (const choices of [
      { optimizer: 'muon' },
      { optimizer: 'lamb' },
      { optimizer: 'adafactor' },
      { clip: 'tensor' },
      { clip: 'agc' },
    ] as const)
      expect(language({ model: 'gru', ...choices })).toMatch(/p\.gates = 3[^]*getattr\(p, "gates", 1\)/);
    expect(language({ model: 'gru', optimizer: 'adamw' })).not.toContain('gates');
    expect(language({ model: 'rnn', optimizer: 'muon' })).not.toContain('gates');
  });

  it('leaves tables out of decay, and the head out of what Muon treats', () => {
    expect(language({ weightDecay: 0.1 })).toContain('{"params": others, "weight_decay": 0},');
    expect(language({ optimizer: 'muon' })).toContain('hidden = weights_of(model)  # the head is a table');
    const untied = language({ optimizer: 'muon', tiedHead: false });
    expect(untied).toContain('hidden = [p for p in weights_of(model) if p is not model.output.weight]  # not the head');
    expect(language({ clip: 'agc' })).toContain('if p is model.tokens.weight:');
  });

  it('knows its layers by what their names begin with', () => {
    expect(language({ layerDecay: 0.5, frozenLayers: 1 })).toContain(
      'SHARES = {("tokens.", "positions."): 0.125, ("blocks.0.",): 0.25, ("blocks.1.",): 0.5, ("norm.",): 1}',
    );
    expect(language({ frozenLayers: 2 })).toContain('name.startswith(("tokens.", "positions.", "blocks.0."))');
  });

  it('repeats live changes of dropout and decay', () => {
    const text = language({ weightDecay: 0.1 }, '3:dropout:0.2,4:wd:0.2');
    expect(text).toContain('module.p = now.dropout');
    expect(text).toContain('group["weight_decay"] = now.weight_decay if group["is_weight"] else 0');
  });

  it('comes with its tokenizer, and is refused by name for Keras', () => {
    const made = material(tokens);
    expect(Object.keys(exportFiles(made, 'pytorch'))).toContain('tokenizer.json');
    expect(() => exportFiles(made, 'keras')).toThrow('Language models cannot be exported to Keras');
  });
});

const pretrained = { task: 'text', text: 'names', model: 'pretrained', trainingSize: 20, maxSteps: 8 } as const;

/** The script of a fine-tuned run, and its files. */
async function tuned(choices: ConfigPatch) {
  const { config } = normalize({ ...small, ...pretrained, ...choices });
  const made = material({ ...pretrained, ...choices }, '', await testAssets(config));
  return { text: trainScript(made), made };
}

describe('train.py of a fine-tuned run', () => {
  it('moves all weights as any other does, and judges the old text too', async () => {
    const { text, made } = await tuned({ tune: 'full', replay: 0.5 });
    expect(text).toContain('old_loss, _ = evaluate(model, *shifted(data["old"]))');
    expect(text).toContain('relative(a[1], b[1]), relative(a[3], b[3]))');
    for (const word of ['requires_grad', 'LoRA', 'adapter']) expect(text).not.toContain(word);
    expect(made.train.count).toBe(40);
    expect(language()).not.toContain('old_loss');
  });

  it('frees the last blocks, or a head of its own, and trains nothing else', async () => {
    const { text } = await tuned({ tune: 'blocks', weightDecay: 0.1 });
    expect(text).toContain('for module in [*model.blocks[-1:], model.norm]:');
    expect(text).toContain('model = free_last_layers(build_model()).to(device, dtype)');
    expect(text).toContain('parameters = list((p for p in model.parameters() if p.requires_grad))');
    expect(text).toContain('group["params"] = [p for p in group["params"] if p.requires_grad]');
    const { text: head } = await tuned({ tune: 'head' });
    expect(head).toContain('for module in [model.norm, model.output]:');
  });

  it('has a small module for LoRA, and saves what it learned by itself and merged', async () => {
    const { text, made } = await tuned({ tune: 'lora', rank: 2, loraAlpha: 3, adapted: 'mlp', layerDecay: 0.5 });
    for (const line of [
      'class LoRA(nn.Module):',
      'LORA_RANK, LORA_ALPHA = 2, 3',
      'ADAPTED = ("up", "down")  # parts of each block',
      'model = add_lora(build_model()).to(device, dtype)',
      'torch.save(merge_lora(model).state_dict(), HERE / "model.pt")',
      'SHARES = {("tokens.", "positions."): 0.125, ("blocks.0.",): 0.25, ("blocks.1.",): 0.5, ("norm.",): 1}',
    ])
      expect(text).toContain(line);
    expect(Object.keys(exportFiles(made, 'pytorch'))).toContain('tokenizer.json');
    expect(new TextDecoder().decode(exportFiles(made, 'pytorch')['README.md'])).toContain('adapter.pt');
  });
});

describe('--check', () => {
  it('says of how many steps it speaks, live changes included', () => {
    expect(script()).toContain('f"{STEPS:,} steps"');
    expect(script({ maxSteps: 20 }, '3:steps:12')).toContain('f"{12:,} steps"');
  });
});

describe('--sample', () => {
  it('cuts text in Python alone where tokens are byte pairs, and nowhere else', async () => {
    const { text } = await tuned({});
    for (const line of ['import re', 'import unicodedata', 'def pieces(text):', 'return encode, decode']) expect(text).toContain(line);
    expect(text).not.toContain('from tokenizers import');
    for (const line of ['import re\n', 'unicodedata', 'def pieces']) expect(language()).not.toContain(line);
  });

  it('finds a model that an average was kept of without its wrapper', () => {
    expect(language({ average: 0.9, averageUse: 'average' })).toContain('return average.module, curve');
    expect(language({ optimizer: 'asgd', averageUse: 'average' })).toContain('return average, curve');
    expect(language()).toContain('return model, curve');
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
