/** The data of a task as something to draw, in original units. */
import { unstandardize } from './splits.ts';
import type { LanguageTask, Split, TableTask, Task } from './task.ts';

/** The data, to draw. Coordinates are in original units. `split`: 0 training, 1 validation, 2 test. */
export type DataPicture =
  /** Points in the plane, coloured by class (`target` = class index) or value. `extent`: xMin, xMax, yMin, yMax. */
  | {
      readonly kind: 'plane';
      readonly x: Float32Array;
      readonly y: Float32Array;
      readonly target: Float32Array;
      readonly split: Uint8Array;
      readonly extent: readonly [number, number, number, number];
      readonly regression: boolean;
    }
  /** Points of a curve: y against x. */
  | {
      readonly kind: 'curve';
      readonly x: Float32Array;
      readonly y: Float32Array;
      readonly split: Uint8Array;
      readonly xName: string;
      readonly yName: string;
    }
  /** Validation images, `side × side` bytes each (0…255), with their labels. */
  | { readonly kind: 'images'; readonly side: number; readonly pixels: Uint8Array; readonly labels: Uint8Array }
  /** A table of the validation rows: numeric columns in original units, row-major; labels by class index. */
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: Float32Array; readonly labels: Uint8Array }
  /**
   * Some validation rows of tokens: ids, `[rows × length]`, of which the first `promptLength` of a row are given (0: all but the first are to be
   * predicted), and how each token is shown, by id. `counted`: 1 for each token that the loss is about, where it is not about all.
   */
  | {
      readonly kind: 'tokens';
      readonly tokens: Uint16Array;
      readonly length: number;
      readonly promptLength: number;
      readonly names: readonly string[];
      readonly counted?: Uint8Array;
    };

/** Share of the width left free on each side of the points. */
const margin = 0.06;

/** What there is to see of a task. */
export function pictureOf(task: Task): DataPicture {
  if (task.kind === 'language') return tokensOf(task);
  const [side] = task.inputShape;
  if (task.inputShape.length === 3) return imagesOf(task, side!);
  if (task.kind === 'regression' && side === 1) return curveOf(task);
  return side === 2 ? planeOf(task) : tableOf(task);
}

const splitsOf = (task: TableTask): readonly Split[] => [task.train, task.validation, task.test];

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const inputsOf = (task: TableTask): Float32Array =>
  unstandardize(joined(splitsOf(task).map((split) => split.inputs)), task.inputStandardization);
const targetsOf = (task: TableTask): Float32Array =>
  unstandardize(joined(splitsOf(task).map((split) => split.targets)), task.targetStandardization);
const marksOf = (task: TableTask): Uint8Array =>
  Uint8Array.from(splitsOf(task).flatMap((split, i) => new Array<number>(split.count).fill(i)));
const columnOf = (table: Float32Array, column: number, columns: number): Float32Array => table.filter((_, i) => i % columns === column);

function rangeOf(values: Float32Array): readonly [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const space = margin * (high - low || 1);
  return [low - space, high + space];
}

function planeOf(task: TableTask): DataPicture {
  const points = inputsOf(task);
  const x = columnOf(points, 0, 2);
  const y = columnOf(points, 1, 2);
  const extent = [...rangeOf(x), ...rangeOf(y)] as const;
  return { kind: 'plane', x, y, target: targetsOf(task), split: marksOf(task), extent, regression: task.kind === 'regression' };
}

function curveOf(task: TableTask): DataPicture {
  return { kind: 'curve', x: inputsOf(task), y: targetsOf(task), split: marksOf(task), xName: task.inputNames[0]!, yName: task.targetName };
}

function imagesOf(task: Task, side: number): DataPicture {
  const grey = unstandardize(task.validation.inputs, task.inputStandardization);
  const pixels = Uint8Array.from(grey, (value) => Math.round(255 * Math.min(Math.max(value, 0), 1)));
  return { kind: 'images', side, pixels, labels: Uint8Array.from(task.validation.targets) };
}

function tableOf(task: TableTask): DataPicture {
  const rows = unstandardize(task.validation.inputs, task.inputStandardization);
  return { kind: 'table', columns: task.inputNames, rows, labels: Uint8Array.from(task.validation.targets) };
}

/** Rows shown of a sequence task, and tokens shown of a text. */
const shownRows = 8;
const shownTokens = 384;

function tokensOf({ validation, inputShape: [context = 1], promptLength, masksPrompts, tokenizer }: LanguageTask): DataPicture {
  const wanted = promptLength > 0 ? shownRows : Math.ceil(shownTokens / context);
  const rows = Math.min(wanted, validation.count);
  const length = context + 1;
  const tokens = Uint16Array.from({ length: rows * length }, (_, i) => {
    const [row, place] = [Math.floor(i / length), i % length];
    return place < context ? validation.inputs[row * context + place]! : validation.targets[(row + 1) * context - 1]!;
  });
  const picture = { kind: 'tokens', tokens, length, promptLength, names: tokenizer.names } as const;
  const { weights } = validation;
  if (!masksPrompts || !weights) return picture;
  const counted = Uint8Array.from(tokens, (_, i) => {
    const [row, place] = [Math.floor(i / length), i % length];
    // Nothing predicts the first of a row.
    return place === 0 ? 1 : weights[row * context + place - 1]!;
  });
  return { ...picture, counted };
}
