/** A run as JSON lines: one for the configuration, one per step and per evaluation, one for the end. */
import type { Change } from '../params/changes.ts';
import { formatChanges } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import { parameterIds, parameters } from '../params/table.ts';
import type { EvaluationReport, RunEnd, StepColumns } from '../training/run-types.ts';

/** One line. Numbers that JSON has no form for are written as strings: `"NaN"`, `"Infinity"`. */
function line(value: unknown): string {
  return `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item))}\n`;
}

/** The whole configuration by link keys, as `--config` takes it. */
export function configLine(config: Config, changes: readonly Change[]): string {
  const entries = Object.fromEntries(parameterIds.map((id) => [parameters[id].urlKey, config[id]]));
  return line({ config: { ...entries, ...(changes.length > 0 ? { changes: formatChanges(changes) } : {}) } });
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
      gradients: columns.gradients[i],
    });
  return lines;
}

export function evaluationLine({ step, valLoss, valMetric, besideLoss, besideMetric }: EvaluationReport): string {
  return line({ step, valLoss, valMetric, ...(besideLoss === undefined ? {} : { besideLoss, besideMetric }) });
}

export function endLine({ reason, step, bestStep, bestValLoss, testLoss, testMetric, divergence }: RunEnd): string {
  return line({ end: { reason, step, bestStep, bestValLoss, testLoss, testMetric, ...(divergence ? { divergence } : {}) } });
}
