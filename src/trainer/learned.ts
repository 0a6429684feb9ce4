/** What a run has learned so far, as something to draw over the picture of its data. */
import { confusionCounts, predictClasses } from '../tasks/metrics.ts';
import type { DataPicture } from '../tasks/picture.ts';
import { standardize, unstandardize } from '../tasks/splits.ts';
import type { Task } from '../tasks/task.ts';
import type { Run } from '../training/run.ts';
import { learnedTokens } from './learned-tokens.ts';
import type { Learned } from './trainer.ts';

/** Cells along one side of the decision regions while a run moves, and when it rests. */
export const gridSizes = { moving: 48, resting: 96 } as const;

const curvePoints = 200;

/** The present answers of the model. `size` counts for pictures of the plane. */
export async function learnedBy(run: Run, picture: DataPicture, size: number): Promise<Learned | undefined> {
  switch (picture.kind) {
    case 'plane':
      return { kind: 'plane', size, outputs: run.task.outputs, values: await planeValues(run, picture.extent, size) };
    case 'curve':
      return { kind: 'curve', ...(await fittedCurve(run, picture.x)) };
    case 'images':
    case 'table':
      return classes(run);
    case 'tokens':
      return learnedTokens(run, picture);
  }
}

async function planeValues(
  run: Run,
  [xMin, xMax, yMin, yMax]: readonly [number, number, number, number],
  size: number,
): Promise<Float32Array> {
  const points = new Float32Array(size * size * 2);
  for (let cell = 0; cell < size * size; cell++) {
    // Cell centres, row 0 at the bottom.
    points[2 * cell] = xMin + ((xMax - xMin) * ((cell % size) + 0.5)) / size;
    points[2 * cell + 1] = yMin + ((yMax - yMin) * (Math.floor(cell / size) + 0.5)) / size;
  }
  const outputs = await run.predict(standardize(points, run.task.inputStandardization));
  return run.task.kind === 'regression' ? unstandardize(outputs, run.task.targetStandardization) : probabilities(run.task, outputs);
}

/** Logits turned to probabilities: logistic of one, softmax of several. */
function probabilities(task: Task, logits: Float32Array): Float32Array {
  if (task.kind === 'binary') return logits.map((z) => 1 / (1 + Math.exp(-z)));
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += task.outputs) {
    const row = logits.subarray(start, start + task.outputs);
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((total, z) => total + Math.exp(z - largest), 0);
    row.forEach((z, k) => (result[start + k] = Math.exp(z - largest) / sum));
  }
  return result;
}

async function fittedCurve(run: Run, x: Float32Array): Promise<{ x: Float32Array; y: Float32Array }> {
  const low = x.reduce((a, b) => Math.min(a, b), Infinity);
  const high = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const points = Float32Array.from({ length: curvePoints }, (_, i) => low + ((high - low) * i) / (curvePoints - 1));
  const outputs = await run.predict(standardize(points, run.task.inputStandardization));
  return { x: points, y: unstandardize(outputs, run.task.targetStandardization) };
}

/** From the last evaluation: nothing is computed twice. */
function classes(run: Run): Learned | undefined {
  if (!run.validation) return undefined;
  const { output } = run.validation.answers;
  if (!output || run.task.kind === 'language') return undefined;
  const { predicted, probability } = predictClasses(run.task, output);
  return { kind: 'classes', predicted, probability, confusion: confusionCounts(run.task, predicted, run.task.validation) };
}
