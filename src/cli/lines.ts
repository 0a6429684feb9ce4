/** A run as JSON lines: one for the configuration, one per step and per evaluation, one for the end. */
import type { Change } from '../params/changes.ts';
import { formatChanges } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import { parameterIds, parameters } from '../params/table.ts';
import type { RateTest } from '../training/rate-test.ts';
import type { EvaluationReport, RunEnd, StepColumns } from '../training/run-types.ts';

/** One line. Numbers that JSON has no form for are written as strings: `"NaN"`, `"Infinity"`. */
function line(value: unknown): string {
  return `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item))}\n`;
}

/** The whole configuration by link keys, as `--config` takes it, and beside it the engine that runs it. */
export function configLine(config: Config, changes: readonly Change[], ran: string): string {
  const entries = Object.fromEntries(parameterIds.map((id) => [parameters[id].urlKey, config[id]]));
  return line({ config: { ...entries, ...(changes.length > 0 ? { changes: formatChanges(changes) } : {}) }, ran });
}

/** A line for each step of a chunk. */
export function stepLines(columns: StepColumns): string {
  let lines = '';
  for (let i = 0; i < columns.step.length; i++)
    lines += line({
      step: columns.step[i],
      epoch: columns.epoch[i],
      lr: columns.learningRate[i],
      momentum: columns.momentum[i],
      loss: columns.loss[i],
      l1: columns.l1[i],
      l2: columns.l2[i],
      gradNorm: columns.gradNorm[i],
      clippedNorm: columns.clippedNorm[i],
      // Said where it is not one: by sharpness-aware steps and L-BFGS.
      ...(columns.gradients[i] === 1 ? {} : { gradients: columns.gradients[i] }),
      ...measuredAt(columns, i),
    });
  return lines;
}

/** What is on at one step: the z-loss, `update` by layer, and the words of its batch on |G|² and tr Σ. */
function measuredAt({ measured }: StepColumns, row: number): Readonly<Record<string, unknown>> {
  const { noiseSquare, noiseTrace, zLoss, ...ratios } = measured;
  const update = Object.entries(ratios).map(([name, column]) => [name.replace('update.', ''), column[row]]);
  return {
    ...(zLoss ? { zLoss: zLoss[row] } : {}),
    ...(update.length > 0 ? { update: Object.fromEntries(update) as unknown } : {}),
    ...(noiseSquare && noiseTrace ? { noiseSquare: noiseSquare[row], noiseTrace: noiseTrace[row] } : {}),
  };
}

/** A line for each step of a range test, and one for what it suggests. */
export function rateTestLines({ points, suggestions, withinNoise, end }: RateTest): string {
  const steps = points.map(({ learningRate, loss, smoothed }) => line({ lr: learningRate, loss, smoothed }));
  return [...steps, line({ suggestions, withinNoise, end })].join('');
}

/** What the validation split said, and the diagnostics that come with it. */
export function evaluationLine({
  step,
  valLoss,
  valMetric,
  besideLoss,
  besideMetric,
  oldLoss,
  units = {},
  noise,
  sharpness,
}: EvaluationReport): string {
  return line({
    step,
    valLoss,
    valMetric,
    ...(besideLoss === undefined ? {} : { besideLoss, besideMetric }),
    ...(oldLoss === undefined ? {} : { oldLoss }),
    ...(Object.keys(units).length > 0 ? { units } : {}),
    ...(noise ? { noise } : {}),
    ...(sharpness === undefined ? {} : { sharpness }),
  });
}

/** How it ended; the share of steps that were clipped, and the 90th percentile of the gradient norms of the last 256 steps. */
export function endLine(end: RunEnd, clipping?: { readonly clippedShare: number; readonly gradNormP90: number }): string {
  const { reason, step, bestStep, bestValLoss, testLoss, testMetric, divergence } = end;
  return line({ end: { reason, step, bestStep, bestValLoss, testLoss, testMetric, ...(divergence ? { divergence } : {}), ...clipping } });
}
