/** The parts of all groups together, as the functions that hold the training loop are written from them. */
import type { Part, PartInputs, Place } from './part.ts';
import type { RunMaterial } from './material.ts';
import type { Lines } from './python.ts';

/** Everything that the training functions are written from. */
export interface Assembly extends PartInputs {
  readonly parts: readonly Part[];
  /** Training draws masks or noise, and `--check` takes those of the product. */
  readonly draws: boolean;
  readonly dropsOut: boolean;
}

/** What the metric is called. */
export function metricName({ kind, language }: Pick<RunMaterial, 'kind' | 'language'>): string {
  if (language) return language.promptLength > 0 ? 'exact match' : 'bits per character';
  return kind === 'regression' ? 'RMSE' : 'accuracy';
}

/** All lines for a place. */
export function at(parts: readonly Part[], place: Place): Lines {
  return parts.flatMap((part) => part[place] ?? []);
}
