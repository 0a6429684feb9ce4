/** What the views are drawn from, and what may be shown of it. */
import type { Config } from '../../params/config.ts';
import type { Description, Learned, RunSnapshot } from '../../trainer/trainer.ts';
import { formatCount, formatNumber, formatPercent } from '../../shared/format.ts';

/** The data, to draw. */
export type DataPicture = Description['picture'];

/** A run as the views need it; the store's run record is one. */
export interface LearnedRun {
  readonly config: Config;
  readonly description?: Description;
  readonly snapshot?: RunSnapshot;
  readonly learned?: { readonly step: number; readonly learned: Learned };
}

/** Data, and what the model says of exactly these data. */
export interface LearnedInput {
  readonly description: Description;
  readonly learned?: Learned;
  readonly step?: number;
  /** Validation metric, and the step of the weights that it judges: those shown, or those of the last evaluation before them. */
  readonly metric?: number;
  readonly metricStep?: number;
}

const sameValues = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Whether two pictures show the same data. */
function samePicture(a: DataPicture, b: DataPicture): boolean {
  if (a === b) return true;
  if (a.kind === 'plane' && b.kind === 'plane')
    return sameValues(a.x, b.x) && sameValues(a.target, b.target) && sameValues(a.split, b.split);
  if (a.kind === 'curve' && b.kind === 'curve') return sameValues(a.x, b.x) && sameValues(a.y, b.y) && sameValues(a.split, b.split);
  if (a.kind === 'images' && b.kind === 'images')
    return a.side === b.side && sameValues(a.labels, b.labels) && sameValues(a.pixels, b.pixels);
  if (a.kind === 'tokens' && b.kind === 'tokens')
    return (
      a.promptLength === b.promptLength &&
      sameValues(a.tokens, b.tokens) &&
      sameValues(a.counted ?? [], b.counted ?? []) &&
      a.names.join() === b.names.join()
    );
  return a.kind === 'table' && b.kind === 'table' && sameValues(a.labels, b.labels) && sameValues(a.rows, b.rows);
}

function fits(picture: DataPicture, learned: Learned): boolean {
  if (picture.kind === 'plane' || picture.kind === 'curve') return picture.kind === learned.kind;
  if (picture.kind === 'tokens')
    return learned.kind === 'tokens' && learned.losses.length === (picture.tokens.length / picture.length) * (picture.length - 1);
  return learned.kind === 'classes' && learned.predicted.length === picture.labels.length;
}

/**
 * What to show: the data of the configuration in force, with the model's answers as long as these are the data it learned from.
 * Undefined before the data are known.
 */
export function learnedInput(run: LearnedRun | undefined, description: Description | undefined): LearnedInput | undefined {
  const shown = description ?? run?.description;
  if (shown === undefined) return undefined;
  const answered = run?.learned;
  const known = run?.description;
  // Weights just drawn have learned nothing: their answers would look like knowledge.
  if (
    answered === undefined ||
    answered.step === 0 ||
    known === undefined ||
    !samePicture(known.picture, shown.picture) ||
    !fits(known.picture, answered.learned)
  ) {
    return { description: shown };
  }
  const snapshot = run?.snapshot;
  const evaluation = snapshot?.end?.restored === true ? snapshot.best : snapshot?.evaluation;
  return {
    description: known,
    learned: answered.learned,
    step: answered.step,
    ...(evaluation === undefined ? {} : { metric: evaluation.valMetric, metricStep: evaluation.step }),
  };
}

/**
 * `Weights of step 240: 97.5 % of validation points right.` or the error in its unit; where the last evaluation was of other weights, also at
 * which step. Empty before the first evaluation.
 */
export function metricSentence({ description, metric, step, metricStep }: LearnedInput, things: string): string {
  if (metric === undefined || !Number.isFinite(metric)) return '';
  const { name, unit, better } = description.metric;
  const value =
    better === 'higher'
      ? `${formatPercent(metric)} of validation ${things} right`
      : `validation ${name} ${formatNumber(metric)}${unit === '' ? '' : ` ${unit}`}`;
  if (step === undefined) return `${value.slice(0, 1).toUpperCase()}${value.slice(1)}.`;
  if (metricStep === undefined || metricStep === step) return `Weights of step ${formatCount(step)}: ${value}.`;
  return `Weights of step ${formatCount(step)}; at step ${formatCount(metricStep)}: ${value}.`;
}
