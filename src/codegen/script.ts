/**
 * `train.py` as a whole: the parts of all groups put in their places, and what every script has: the training loop, the check against the
 * product's curve, processes under torchrun.
 */
import type { RunMaterial } from './material.ts';
import type { Part, PartInputs, Place } from './part.ts';
import { Phases } from './phases.ts';
import { indent } from './python.ts';
import type { Lines } from './python.ts';
import { accumulates, batches } from './parts/batches.ts';
import { clipping } from './parts/clipping.ts';
import { earlyStopping, watched } from './parts/early-stopping.ts';
import { checkLines, loadLines, mainLines } from './parts/frame.ts';
import { loss, lossDivisor, metricLines, trainingLosses } from './parts/loss.ts';
import { model, recordedDropout } from './parts/model.ts';
import { optimizer } from './parts/optimizer.ts';
import { inputLines, judgedModel, regularization } from './parts/regularization.ts';
import { rateSchedule } from './parts/scheduler.ts';
import { recordedNames } from './recorded.ts';

const standardImports = [
  'import argparse',
  'import json',
  'import math',
  'import os',
  'from pathlib import Path',
  'from types import SimpleNamespace',
];
const packageImports = [
  'import numpy as np',
  'import torch',
  'import torch.distributed as dist',
  'import torch.nn.functional as F',
  'from torch import nn',
  'from torch.nn.parallel import DistributedDataParallel',
];

/** Everything the assembly works from. */
interface Assembly extends PartInputs {
  readonly parts: readonly Part[];
  readonly draws: boolean;
  readonly dropsOut: boolean;
}

/** The source of `train.py`. */
export function trainScript(material: RunMaterial): string {
  const phases = new Phases(material);
  const inputs = { material, phases };
  const parts = [model, loss, batches, optimizer, rateSchedule, regularization, clipping, earlyStopping].map((emit) => emit(inputs));
  const names = recordedNames(material);
  const assembly: Assembly = {
    ...inputs,
    parts,
    draws: names.length > 0,
    dropsOut: names.some((name) => name.includes('dropout')),
  };
  const definitions = [
    loadLines,
    ...parts.flatMap((part) => part.definitions ?? []),
    ...(assembly.dropsOut ? [recordedDropout] : []),
    gradients(assembly),
    evaluate(inputs),
    train(assembly),
    ...checkLines(assembly.draws),
    mainLines.map((line) => line.replace('METRIC', metricName(material))),
  ];
  const used = (lines: Lines, name: string) => lines.some((line) => new RegExp(`\\b${name}\\b`).test(line));
  const body = definitions.flatMap((lines) => ['', '', ...lines]);
  const constants = constantLines(assembly, body);
  return `${[
    ...docstring(material),
    '',
    ...importLines(parts).filter((line) => {
      const name = /import (?:\S+ as )?(\S+)$/.exec(line)?.[1] ?? '';
      return name === 'torch' || used([...constants, ...body], name);
    }),
    '',
    ...constants,
    ...body,
    '',
    '',
    'if __name__ == "__main__":',
    '    main()',
  ].join('\n')}\n`;
}

function docstring({ taskName, modelName, link }: RunMaterial): Lines {
  return [
    `"""${taskName}, ${modelName.replaceAll('‑', '-')}: a run of Tuning Fork in PyTorch.`,
    '',
    '    python train.py             trains, prints, and saves model.pt',
    '    python train.py --check     compares the first steps with what the app computed (expected.json)',
    '    torchrun --nproc_per_node=2 train.py    the same run on two processes, each with its share of every batch',
    '',
    `The run as a link: ${link}`,
    '"""',
  ];
}

function importLines(parts: readonly Part[]): Lines {
  const all = [...new Set([...standardImports, ...packageImports, ...parts.flatMap((part) => part.imports ?? [])])];
  const isPackage = (line: string) => /\b(torch|numpy)\b/.test(line);
  const byName = (a: string, b: string) => Number(a.startsWith('from')) - Number(b.startsWith('from')) || a.localeCompare(b);
  return [...all.filter((line) => !isPackage(line)).sort(byName), '', ...all.filter(isPackage).sort(byName)];
}

function constantLines({ phases, parts }: Assembly, body: Lines): Lines {
  const { rate, totalSteps, stepsPerEpoch, config } = phases.first;
  const { start, changes } = phases.settings();
  const text = body.join('\n');
  const moving = phases.moves();
  const named = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ');
  return [
    'HERE = Path(__file__).resolve().parent',
    'RANK, WORLD = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))  # set by torchrun',
    '',
    `STEPS = ${String(totalSteps)}  # ${stepsPerEpoch === 1 ? 'one step' : `${String(stepsPerEpoch)} steps`} an epoch`,
    ...(/\bLEARNING_RATE\b/.test(text) ? [`LEARNING_RATE = ${String(rate)}`] : []),
    `SEED = ${String(config.seed)}`,
    ...parts.flatMap((part) => part.constants ?? []),
    ...(moving
      ? [
          '',
          '# Settings that were changed while the run was live: those at the start, and those from a step on.',
          `SETTINGS = dict(${named(start)})`,
          'CHANGES = {',
          ...indent(changes.map(([step, values]) => `${String(step)}: dict(${named(values)}),`)),
          '}',
          'now = SimpleNamespace(**SETTINGS)',
        ]
      : []),
  ];
}

/** All lines for a place. */
function at(parts: readonly Part[], place: Place): Lines {
  return parts.flatMap((part) => part[place] ?? []);
}

/** The gradient of one effective batch: each process takes its share of the rows. */
function gradients(assembly: Assembly): Lines {
  const { parts, draws, dropsOut, phases } = assembly;
  const accumulated = accumulates(assembly);
  const micro = phases.value('batchSize');
  const inputs = inputLines(assembly);
  const examples = draws
    ? accumulated
      ? [`for examples in torch.arange(len(rows)).split(${micro}):`]
      : ['examples = torch.arange(len(rows))[RANK::WORLD]']
    : [];
  const mine = draws ? (accumulated ? ['examples = examples[RANK::WORLD]', 'mine = rows[examples]'] : ['mine = rows[examples]']) : accumulated ? [`mine = part[RANK::WORLD]`] : ['mine = rows[RANK::WORLD]'];
  const pass = [
    ...mine,
    ...(dropsOut ? ['RecordedDropout.step, RecordedDropout.examples = step, examples'] : []),
    ...(inputs.length > 0 ? ['inputs = x[mine]', ...inputs, 'output, target = model(inputs), y[mine]'] : ['output, target = model(x[mine]), y[mine]']),
    `loss = (${trainingLosses(assembly)}).sum() / ${lossDivisor(assembly)}`.replace('(example_losses(output, target))', 'example_losses(output, target)'),
    '(loss * WORLD).backward()  # DistributedDataParallel takes the mean over processes',
    'total += loss.detach()',
  ];
  const looped = accumulated ? [draws ? examples[0] ?? '' : `for part in rows.split(${micro}):`, ...indent(pass)] : [...examples, ...pass];
  const title = draws ? 'def gradients(model, x, y, rows, step, recorded):' : 'def gradients(model, x, y, rows):';
  return [
    title,
    ...indent([
      '"""The mean loss over these rows; its gradient is put into the parameters. Each process takes its share of the rows."""',
      'model.zero_grad()',
      'total = torch.zeros((), dtype=x.dtype, device=x.device)',
      ...looped,
      'if WORLD > 1:',
      ...indent(['dist.all_reduce(total)']),
      ...at(parts, 'penalties'),
      'return total.item()',
    ]),
  ];
}

function evaluate(inputs: PartInputs): Lines {
  return [
    'def evaluate(model, x, target):',
    ...indent([
      '"""Mean loss and metric of a split, in evaluation mode."""',
      'model.eval()',
      'with torch.no_grad():',
      ...indent(['output = model(x)', 'loss = example_losses(output, target).mean()', ...metricLines(inputs)]),
      'model.train()',
      'return loss.item(), metric.item()',
    ]),
  ];
}

/** Lines after an evaluation, as a function of the step. */
function look(assembly: Assembly): Lines {
  const { parts } = assembly;
  const evaluated = at(parts, 'evaluated');
  const names = [...new Set(at(parts, 'setup').flatMap((line) => /^([a-z_, ]+) = /.exec(line)?.[1]?.split(', ') ?? []))];
  const assigned = names.filter((name) => evaluated.some((line) => new RegExp(`(^|[ ,])${name}(, \\w+)* (=|\\+=) `).test(line)));
  const value = evaluated.some((line) => /\bvalue\b/.test(line)) ? [`value = ${watched(assembly)}  # lower is better`] : [];
  const stops = evaluated.some((line) => /\bstopped\b/.test(line));
  const nonlocal = [...assigned, ...(stops ? ['stopped'] : [])];
  return [
    'def look(step, on_cadence):',
    ...indent([
      ...(nonlocal.length > 0 ? [`nonlocal ${nonlocal.join(', ')}`] : []),
      `valid_loss, metric = evaluate(${judgedModel(assembly)}, data["valid_x"], data["valid_y"])`,
      'curve["evaluations"].append([step, valid_loss, metric])',
      'report(f"step {step}: validation loss {valid_loss:.6g}, METRIC {metric:.4g}")'.replace(
        'METRIC',
        metricName(assembly.material),
      ),
      ...value,
      ...evaluated,
    ]),
  ];
}

/** What the metric is called. */
function metricName({ kind }: RunMaterial): string {
  return kind === 'regression' ? 'RMSE' : 'accuracy';
}

/** When an evaluation is due after a step. */
function cadence({ phases }: PartInputs): string {
  if (phases.keeps('evaluateEvery'))
    return phases.config.evaluateEvery === 0 ? 'ends_epoch' : `(step + 1) % ${String(phases.config.evaluateEvery)} == 0`;
  const every = phases.value('evaluateEvery');
  return `(step + 1) % ${every} == 0 if ${every} > 0 else ends_epoch`;
}

function train(assembly: Assembly): Lines {
  const { parts, phases, draws } = assembly;
  const total = phases.derived('steps', (_, { totalSteps }) => totalSteps);
  const steps = total === String(phases.first.totalSteps) ? 'STEPS' : total;
  const stops = at(parts, 'evaluated').some((line) => /\bstopped\b/.test(line));
  const lookLines = look(assembly);
  const loop = stepLines(assembly);
  const orders = phases.config.shuffle === 'never' ? 'None' : 'data["order"]';
  // Asked last: by now every part has said what it needs of the live settings.
  const moving = phases.moves();
  return [
    `def train(dtype=torch.float32, device="cpu", steps=None${draws ? ', use_recorded=False' : ''}, report=lambda line: None):`,
    ...indent([
      '"""Trains from the exported weights, as far as `steps`; returns the model and its curve."""',
      ...(moving ? ['vars(now).update(SETTINGS)'] : []),
      ...setupLines(assembly),
      ...(stops ? ['stopped = False'] : []),
      '',
      ...lookLines,
      '',
      'look(0, on_cadence=True)',
      `for step, (rows, ends_epoch) in enumerate(batches(${orders})):`,
      ...indent([
        `if step == (steps or ${steps})${stops ? ' or stopped' : ''}:`,
        ...indent(['break']),
        ...loop,
        ...(moving ? ['vars(now).update(CHANGES.get(step + 1, {}))'] : []),
      ]),
      '',
      ...finishLines(assembly, steps),
    ]),
  ];
}

/** Model, data and optimizer, and what the parts keep from step to step. */
function setupLines({ parts, draws, dropsOut }: Assembly): Lines {
  return [
    'torch.manual_seed(SEED + RANK)',
    'data = load("data.npz", dtype, device)',
    'x, y = data["train_x"], data["train_y"]',
    'model = build_model().to(device, dtype)',
    'model.load_state_dict(load("init.npz", dtype, device))',
    ...(draws ? ['recorded = dict(np.load(HERE / "masks.npz")) if use_recorded else None'] : []),
    ...(dropsOut
      ? [
          'for name, module in list(model.named_children()):',
          ...indent([
            'if isinstance(module, nn.Dropout) and recorded is not None:',
            ...indent(['setattr(model, name, RecordedDropout(module.p, recorded[name]))']),
          ]),
        ]
      : []),
    'network = DistributedDataParallel(model) if WORLD > 1 else model',
    'parameters = list(model.parameters())',
    'optimizer = build_optimizer(model)',
    ...at(parts, 'setup'),
    'curve = {"loss": [], "lr": [], "evaluations": []}',
  ];
}

/** One step, in the order that the product takes it. */
function stepLines(assembly: Assembly): Lines {
  const { parts, phases, draws, dropsOut } = assembly;
  const args = draws ? 'network, x, y, rows, step, recorded' : 'network, x, y, rows';
  const sharp = at(parts, 'sharpness').map((line) => line.replace('gradients(network, x, y, rows)', `gradients(${args})`));
  const dropout = phases.value('dropout');
  const inputDropout = phases.value('inputDropout');
  const moves = dropsOut && (dropout + inputDropout).includes('now.');
  const call = `loss = gradients(${args})`;
  const looksTwice = sharp.length > 0 && draws;
  return [
    'lr = optimizer.param_groups[0]["lr"]',
    ...at(parts, 'begin'),
    ...(moves
      ? [
          'for name, module in model.named_children():',
          ...indent(['if isinstance(module, nn.Dropout):', ...indent([`module.p = ${inputDropout} if name == "input_dropout" else ${dropout}`])]),
        ]
      : []),
    ...(looksTwice ? ['with torch.random.fork_rng():  # so that the second look draws the same masks', ...indent([call])] : [call]),
    'if not (loss <= 1e6 and all(p.grad.isfinite().all() for p in parameters)):',
    ...indent(['report(f"diverged at step {step}: loss {loss}")', 'break']),
    'curve["loss"].append(loss)',
    'curve["lr"].append(lr)',
    ...sharp,
    ...at(parts, 'clip'),
    ...at(parts, 'noise'),
    'optimizer.step()',
    ...at(parts, 'update'),
    ...at(parts, 'schedule'),
    `if ${cadence(assembly)}:`,
    ...indent(['look(step + 1, on_cadence=True)']),
  ];
}

function finishLines(assembly: Assembly, total: string): Lines {
  const judged = judgedModel(assembly);
  return [
    'done = len(curve["loss"])',
    `if (done == ${total} or done != steps) and curve["evaluations"][-1][0] != done:`,
    ...indent(['look(done, on_cadence=False)']),
    ...at(assembly.parts, 'finish'),
    `return ${judged}, curve`,
  ];
}
