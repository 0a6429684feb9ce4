/** Sharpness as data, and for SGD the sharpness above which it bounces: 2/η, more with momentum (Cohen et al. 2021). */
import { effectiveBatch } from '../../params/effective.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import { axisTitles, hasTrained, shownDescription, xScaleOf, type ChartInput } from './axis.ts';
import { marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { formatTick, scaleAround, type ScaleKind } from './scale.ts';

/** The largest sharpness at which SGD is stable on a parabola; undefined for rules that have no such number. */
export function stabilityBound(
  { optimizer, nesterov, dampening }: Pick<ChartInput['config'], 'optimizer' | 'nesterov' | 'dampening'>,
  learningRate: number,
  momentum: number,
): number | undefined {
  if (optimizer !== 'sgd') return undefined;
  if (!(learningRate > 0)) return NaN;
  if (momentum === 0) return 2 / learningRate;
  if (nesterov) return (2 + 2 * momentum) / ((1 + 2 * momentum) * learningRate);
  return (2 * (1 + momentum)) / ((1 - dampening) * learningRate);
}

/** Sharpness at the evaluations at which it was measured. */
function measuredSeries({ run, settings }: ChartInput): Series[] {
  const curves = run?.snapshot?.measured?.sharpness;
  const band = curves?.streams['sharpness'];
  if (curves === undefined || band === undefined) return [];
  const look = { key: 'sharpness', label: 'sharpness', end: 'sharpness', style: 'thick', color: 'var(--run-1)' } as const;
  return [{ ...look, x: curves.at[settings.axis], ...band }];
}

/** The bound at the rate and momentum of each step. */
function boundSeries({ run, settings, config }: ChartInput): Series[] {
  const steps = run?.snapshot?.steps;
  if (steps === undefined || !hasTrained(run) || config.optimizer !== 'sgd') return [];
  const { learningRate, momentum } = steps.streams;
  const mean = learningRate.mean.map((rate, i) => stabilityBound(config, rate, momentum.mean[i] ?? 0) ?? NaN);
  const end = momentum.mean.some((value) => value > 0) ? (config.nesterov ? 'bound' : '2(1+μ)/η') : '2/η';
  return [
    { key: 'bound', label: `bound of stability, ${end}`, end, x: steps.at[settings.axis], mean, style: 'dashed', color: 'var(--danger)' },
  ];
}

function subtitle(input: ChartInput): string {
  const { config } = input;
  if (config.optimizer !== 'sgd') return 'curvature of the training loss; 2/η bounds SGD only';
  const count = shownDescription(input)?.trainingCount ?? Infinity;
  return effectiveBatch(config) >= count
    ? 'curvature of the training loss; above the line SGD bounces'
    : 'curvature of the training loss; small batches stay below';
}

/** The chart of sharpness. */
export function sharpnessModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const { axis } = input.settings;
  const measured = measuredSeries(input);
  const bound = measured.length === 0 ? [] : boundSeries(input);
  const last = measured[0]?.mean.at(-1);
  const limit = bound[0]?.mean.at(-1);
  const values = measured.flatMap(({ mean, min, max }) => [...mean, ...(min ?? []), ...(max ?? [])]);
  const top = values.reduce((most, value) => (value > most ? value : most), 0);
  // A bound far above may not squeeze the curve: its label then points upwards.
  const near = bound.flatMap(({ mean }) => [...mean.filter((value) => value <= 4 * top)]);
  return {
    title: 'Sharpness',
    subtitle: subtitle(input),
    xName: axisTitles[axis],
    yName: 'largest eigenvalue of the Hessian',
    x: xScaleOf(input),
    y: scaleAround([...values, ...near], yKind),
    series: [...bound, ...measured],
    marks: storyMarks(input.run, axis),
    references: [],
    ...(measured.length === 0
      ? {
          empty: `Sharpness appears here, measured at every ${input.config.sharpness === 1 ? '' : `${formatCount(input.config.sharpness)}th `}evaluation.`,
        }
      : {}),
    summary:
      last === undefined
        ? 'Not measured yet.'
        : `Sharpness ${formatNumber(last)}${limit === undefined ? '' : `; SGD is stable up to ${formatNumber(limit)}`}. ${marksInWords(input.run)}`.trim(),
    formatValue: formatNumber,
    formatTick,
    formatPlaceTick: formatNumber,
  };
}
