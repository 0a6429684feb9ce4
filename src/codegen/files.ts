/** The files of an export by name: the script, its arrays, what it must find, and how to use it. */
import { encodeNpz } from '../shared/npz.ts';
import type { NumpyArray } from '../shared/npz.ts';
import { utf8Encode } from '../shared/utf8.ts';
import type { MaterialSplit, RunMaterial } from './material.ts';
import { runningStatistics, withFixed } from './layers.ts';
import { kerasScript } from './keras.ts';
import { kerasRefusals } from './keras/refusals.ts';
import { readmeText } from './readme.ts';
import { recordedArrays } from './recorded.ts';
import { ExportError, refusals } from './refusals.ts';
import { trainScript } from './script.ts';
import { torchInputs, torchState } from './tensors.ts';

/** Frameworks that a run can leave for. */
export const exportTargets = ['pytorch', 'keras'] as const;
/** Name of one of these. */
export type ExportTarget = (typeof exportTargets)[number];

/** Files by name. Throws `ExportError` for what the script cannot carry. */
export function exportFiles(material: RunMaterial, target: ExportTarget): Readonly<Record<string, Uint8Array>> {
  const problems = target === 'keras' ? kerasRefusals(material) : refusals(material);
  if (problems.length > 0) throw new ExportError(problems);
  if (target === 'keras')
    return { 'train_keras.py': utf8Encode(kerasScript(material)), 'README.md': utf8Encode(readmeText(material, target)) };
  const masks = recordedArrays(material);
  return {
    'train.py': utf8Encode(trainScript(material)),
    'data.npz': encodeNpz(dataArrays(material)),
    'init.npz': encodeNpz({ ...torchState(withFixed(material)), ...runningStatistics(material) }),
    'expected.json': utf8Encode(expectedText(material)),
    'README.md': utf8Encode(readmeText(material, target)),
    ...(material.language ? { 'tokenizer.json': utf8Encode(material.language.tokenizer) } : {}),
    ...(Object.keys(masks).length > 0 ? { 'masks.npz': encodeNpz(masks) } : {}),
  };
}

function dataArrays(material: RunMaterial): Readonly<Record<string, NumpyArray>> {
  const { train, order } = material;
  const arrays: Record<string, NumpyArray> = {};
  const old = material.old ? { old: material.old } : {};
  for (const [name, split] of Object.entries({ train, valid: material.validation, test: material.test, ...old })) {
    if (material.language) {
      arrays[name] = windows(split, material.inputShape[0] ?? 1);
      if (material.language.masksPrompts && split.weights)
        arrays[`${name}_counted`] = { shape: [split.count, material.inputShape[0] ?? 1], values: Uint8Array.from(split.weights) };
      continue;
    }
    arrays[`${name}_x`] = torchInputs(split.inputs, split.count, material.inputShape);
    arrays[`${name}_y`] = targets(material, split);
  }
  if (order.length > 0) arrays['order'] = { shape: [order.length / train.count, train.count], values: order };
  return arrays;
}

/** Rows of `context + 1` tokens, of which all but the last are the inputs and all but the first the targets. */
function windows({ count, inputs, targets: next }: MaterialSplit, context: number): NumpyArray {
  const values = new Uint16Array(count * (context + 1));
  for (let row = 0; row < count; row++) {
    values.set(inputs.subarray(row * context, (row + 1) * context), row * (context + 1));
    values[(row + 1) * (context + 1) - 1] = next[(row + 1) * context - 1]!;
  }
  return { shape: [count, context + 1], values };
}

/** Class numbers as integers, the one logit's 0 and 1 and regression targets as floats. */
function targets({ kind, outputs }: RunMaterial, { count, targets: values }: MaterialSplit): NumpyArray {
  if (kind === 'multiclass') return { shape: [count], values: Int32Array.from(values) };
  return { shape: kind === 'binary' ? [count] : [count, outputs], values };
}

function expectedText({ expected }: RunMaterial): string {
  const { loss, learningRate: lr, evaluations, end } = expected;
  return `${JSON.stringify({ loss, lr, evaluations, ...(end ? { end } : {}) })}\n`;
}
