/**
 * `train.py` as a whole: the parts of all groups put in their places, and what every script has: the training loop, the check against the
 * product's curve, processes under torchrun.
 */
import { tuningOf } from '../params/model-kind.ts';
import type { RunMaterial } from './material.ts';
import type { Assembly } from './assembly.ts';
import { metricName } from './assembly.ts';
import type { Part } from './part.ts';
import { Phases } from './phases.ts';
import { indent } from './python.ts';
import type { Lines } from './python.ts';
import { weightsOf } from './language/model.ts';
import { rowsOf } from './language/rows.ts';
import { sampleLines, withSample } from './language/sample.ts';
import { batches } from './parts/batches.ts';
import { clipping } from './parts/clipping.ts';
import { earlyStopping } from './parts/early-stopping.ts';
import { checkLines, loadLines, mainLines, saveMerged, saveModel } from './parts/frame.ts';
import { evaluate, gradients } from './parts/gradients.ts';
import { train } from './parts/loop.ts';
import { loss } from './parts/loss.ts';
import { model, recordedDropout } from './parts/model.ts';
import { optimizer } from './parts/optimizer.ts';
import { regularization } from './parts/regularization.ts';
import { rateSchedule } from './parts/scheduler.ts';
import { recordedNames } from './recorded.ts';

const standardImports = [
  'import argparse',
  'import json',
  'import math',
  'import os',
  'import re',
  'import unicodedata',
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
    ...(material.language ? rowsOf(material.language, material.old !== undefined) : []),
    ...parts.flatMap((part) => part.definitions ?? []),
    ...(assembly.dropsOut ? [recordedDropout] : []),
    gradients(assembly),
    evaluate(inputs),
    train(assembly),
    ...checkLines({
      draws: assembly.draws,
      nudges: material.language !== undefined,
      hasOldText: material.old !== undefined,
      planned: plannedSteps(phases),
    }),
    tuningOf(phases.config) === 'lora' ? saveMerged : saveModel,
    ...sampleLines(inputs),
    withSample(mainLines, inputs).map((line) => line.replace('METRIC', metricName(material))),
  ];
  const used = (lines: Lines, name: string) => lines.some((line) => new RegExp(`\\b${name}\\b`).test(line));
  const body = [...definitions.slice(0, 1), ...weightsIfUsed(definitions.flat()), ...definitions.slice(1)].flatMap((lines) => [
    '',
    '',
    ...lines,
  ]);
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

/** How many steps the run comes to, live changes included. */
function plannedSteps({ first, list }: Phases): string {
  const last = list.at(-1)?.totalSteps ?? first.totalSteps;
  return last === first.totalSteps ? 'STEPS' : String(last);
}

/** The function that tells weights from the rest, where a script asks for it. */
function weightsIfUsed(lines: Lines): readonly Lines[] {
  return lines.some((line) => line.includes('weights_of(')) ? [weightsOf] : [];
}

function docstring({ taskName, modelName, link, language, phases: [first] }: RunMaterial): Lines {
  const merged = first && tuningOf(first.config) === 'lora' ? ', in which what LoRA learned is merged' : '';
  return [
    `"""${taskName}, ${modelName.replaceAll('‑', '-')}: a run of Tuning Fork in PyTorch.`,
    '',
    `    python train.py             trains, prints, and saves model.pt${merged}`,
    '    python train.py --check     compares the first steps with what the app computed (expected.json)',
    ...(language ? ['    python train.py --sample "…" what the trained model says after a prompt'] : []),
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
