/** From a configuration to a task whose examples are rows of a table: picks the generator or the asset, deals out the splits, names everything. */
import type { TableKind } from '../params/task-kind.ts';
import { fingerprint } from '../shared/hash.ts';
import type { Assets } from './assets.ts';
import type { TableConfig } from './data-config.ts';
import { decodeDigits } from './digits-file.ts';
import { digitExamples, digitNames } from './digits.ts';
import type { Examples } from './examples.ts';
import { decodePenguins, penguinColumns, penguinExamples, penguinSpecies } from './penguins.ts';
import { planeExamples } from './planes.ts';
import { curveExamples, surfaceExamples } from './regressions.ts';
import { splitExamples, splitSizes } from './splits.ts';
import type { SplitSizes } from './splits.ts';
import type { TableTask } from './task.ts';

type Described = Pick<TableTask, 'name' | 'kind' | 'inputShape' | 'outputs' | 'classNames' | 'inputNames' | 'targetName' | 'droppedRows'>;
type Source = Described & { readonly sizes: SplitSizes; readonly examples: Examples };

/** Builds the task of a configuration. Throws `DamagedAsset` for a bad asset and an `Error` for a missing one. Pure: same arguments, same task. */
export function tableTask(config: TableConfig, assets: Assets): TableTask {
  const { sizes, examples, ...described } = sourceOf(config, assets);
  const { splits, inputStandardization, targetStandardization } = splitExamples(examples, {
    sizes,
    seed: config.seed,
    inputs: described.inputShape.length === 3 ? 'allColumns' : 'perColumn',
    standardizeTargets: described.kind === 'regression',
  });
  const [train, validation, test] = splits;
  const hash = fingerprint(splits.flatMap((split) => [split.inputs, split.targets]));
  return { ...described, inputStandardization, targetStandardization, train, validation, test, hash };
}

function sourceOf(config: TableConfig, assets: Assets): Source {
  switch (config.task) {
    case 'curve':
    case 'surface':
      return regressionSource(config.task, config);
    case 'digits':
      return digitsSource(config, assets);
    case 'penguins':
      return penguinsSource(config, assets);
    case 'circle':
    case 'xor':
    case 'gauss':
    case 'spiral':
    case 'moons':
    case 'blobs':
      return planeSource(config.task, config);
  }
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const sumOf = (sizes: SplitSizes): number => sizes.train + sizes.validation + sizes.test;

function classified(kind: TableKind, classNames: readonly string[]): Pick<Described, 'kind' | 'outputs' | 'classNames'> {
  return { kind, outputs: kind === 'binary' ? 1 : classNames.length, classNames };
}

function planeSource(name: Parameters<typeof planeExamples>[0], config: TableConfig): Source {
  const classes = name === 'blobs' ? config.classes : 2;
  const sizes = splitSizes(config.trainingSize, config.split);
  const { balance, noise, seed } = config;
  return {
    name: capitalized(name),
    ...classified(classes === 2 ? 'binary' : 'multiclass', ['A', 'B', 'C', 'D'].slice(0, classes)),
    inputShape: [2],
    inputNames: ['x', 'y'],
    targetName: 'class',
    droppedRows: 0,
    sizes,
    examples: planeExamples(name, { total: sumOf(sizes), classes, balance, noise, seed }),
  };
}

function regressionSource(name: 'curve' | 'surface', config: TableConfig): Source {
  const sizes = splitSizes(config.trainingSize, config.split);
  const { noise, outliers, seed } = config;
  const options = { total: sumOf(sizes), noise, outliers, seed };
  const named =
    name === 'curve'
      ? { inputShape: [1], inputNames: ['x'], targetName: 'y', examples: curveExamples(options) }
      : { inputShape: [2], inputNames: ['x', 'y'], targetName: 'z', examples: surfaceExamples(options) };
  return { name: capitalized(name), kind: 'regression', outputs: 1, classNames: [], droppedRows: 0, sizes, ...named };
}

function digitsSource(config: TableConfig, assets: Assets): Source {
  if (!assets.digits) throw new Error('The digits file has not been loaded.');
  const digits = decodeDigits(assets.digits);
  const sizes = splitSizes(config.trainingSize, config.split, digits.count);
  return {
    name: 'Digits',
    ...classified('multiclass', digitNames),
    inputShape: [digits.side, digits.side, 1],
    inputNames: ['pixel'],
    targetName: 'digit',
    droppedRows: 0,
    sizes,
    examples: digitExamples(digits, { total: sumOf(sizes), balance: config.balance, seed: config.seed }),
  };
}

function penguinsSource(config: TableConfig, assets: Assets): Source {
  if (assets.penguins === undefined) throw new Error('The penguins file has not been loaded.');
  const all = decodePenguins(assets.penguins);
  const sizes = splitSizes(config.trainingSize, config.split, all.count);
  return {
    name: 'Penguins',
    ...classified('multiclass', penguinSpecies),
    inputShape: [penguinColumns.length],
    inputNames: penguinColumns,
    targetName: 'species',
    droppedRows: all.droppedRows,
    sizes,
    examples: penguinExamples(all, { total: sumOf(sizes), seed: config.seed }),
  };
}
