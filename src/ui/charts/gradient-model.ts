/** The gradient-norm chart as data: the length of the whole gradient before and after clipping, and how often clipping acted. */
import { formatCount, formatNumber, formatPercent } from '../../shared/format.ts';
import { axisTitles, hasTrained, xScaleOf, type ChartInput } from './axis.ts';
import { nearPresent, valuesOf } from './loss-model.ts';
import { marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Reference, Series } from './plot-model.ts';
import { formatTick, scaleAround, type ScaleKind } from './scale.ts';

/** What clipping will do. */
function plannedClipping({ clip, clipAt, adaptiveClip, clipPercentile }: ChartInput['config']): string {
  const at = formatNumber(clipAt);
  return {
    none: 'not clipped',
    norm: `clipped to a norm of ${at}`,
    value: `each entry clipped to ±${at}`,
    inf: `scaled until no entry is above ${at}`,
    tensor: `each tensor clipped to a norm of ${at}`,
    agc: `each unit clipped to ${formatNumber(adaptiveClip)} of its weights`,
    percentile: `clipped to the ${formatNumber(clipPercentile)}th percentile of recent norms`,
  }[clip];
}

/** What clipping did, in a sentence. */
function clippingInWords(input: ChartInput): string {
  const { clip } = input.config;
  const share = input.run?.snapshot?.clippedShare ?? 0;
  const clipped = share > 0 || clip !== 'none';
  if (!clipped) return 'not clipped';
  if (!hasTrained(input.run)) return plannedClipping(input.config);
  return `${formatPercent(share)} of steps clipped`;
}

/** Nine in ten of the last norms lie below this. */
function percentileOf({ run }: ChartInput): number | undefined {
  const percentile = run?.snapshot?.lately?.normPercentile;
  return percentile !== undefined && percentile > 0 ? percentile : undefined;
}

const percentileInWords = (percentile: number): string => `90 % lately below ${formatNumber(percentile)}`;

/** Most steps clipped lately: what that amounts to. */
function disguise(input: ChartInput): string | undefined {
  const share = input.run?.snapshot?.lately?.clippedShare ?? 0;
  return share > 0.5 ? 'Mostly a smaller learning rate in disguise.' : undefined;
}

function normSeries(input: ChartInput): Series[] {
  const axis = input.settings.axis;
  const steps = input.run?.snapshot?.steps;
  const before = input.previous?.snapshot?.steps;
  const previous: Series[] =
    before === undefined || before.at.step.length === 0
      ? []
      : [
          {
            key: 'previous',
            label: 'previous',
            x: before.at[axis],
            mean: before.streams.gradNorm.mean,
            style: 'previous',
            color: 'var(--previous)',
            end: 'previous',
          },
        ];
  if (steps === undefined || steps.at.step.length === 0) return previous;
  const { gradNorm, clippedNorm } = steps.streams;
  const x = steps.at[axis];
  const shared = { x, color: 'var(--run-1)' };
  if (input.run?.snapshot?.clippedShare === 0)
    return [...previous, { ...shared, ...gradNorm, key: 'norm', label: 'norm', style: 'thin', end: 'norm' }];
  return [
    ...previous,
    { ...shared, ...gradNorm, key: 'before', label: 'before clipping', style: 'faint', end: 'before' },
    { ...shared, mean: clippedNorm.mean, key: 'after', label: 'after clipping', style: 'thin', end: 'after' },
  ];
}

/** The gradient-norm chart. */
export function gradientModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const { clip, clipAt } = input.config;
  const series = normSeries(input);
  const axis = input.settings.axis;
  const percentile = percentileOf(input);
  const references: Reference[] = [
    ...(clip === 'norm' ? [{ y: clipAt, text: `clip at ${formatNumber(clipAt)}`, tone: 'danger' as const }] : []),
    ...(percentile === undefined ? [] : [{ y: percentile, text: percentileInWords(percentile), tone: 'muted' as const, inside: true }]),
  ];
  const now = input.run?.snapshot?.latest;
  const words = clippingInWords(input);
  const lately = percentile === undefined ? '' : `; ${percentileInWords(percentile)}`;
  const note = disguise(input);
  return {
    title: 'Gradient norm',
    subtitle: words,
    ...(note === undefined ? {} : { note }),
    xName: axisTitles[axis],
    yName: 'length of the gradient',
    x: xScaleOf(input),
    y: scaleAround([...valuesOf(nearPresent(series)), ...references.map(({ y }) => y)], yKind),
    series,
    marks: storyMarks(input.run, axis),
    references,
    ...(series.length === 0 ? { empty: 'The length of the gradient, before and after clipping, appears here.' } : {}),
    summary:
      now === undefined || !hasTrained(input.run)
        ? `Nothing trained yet; ${words}.`
        : `Now ${formatNumber(now.gradNorm)} before and ${formatNumber(now.clippedNorm)} after clipping at step ${formatCount(input.run?.snapshot?.step ?? 0)}; ${words}${lately}. ${note ?? ''} ${marksInWords(input.run)}`.trim(),
    formatValue: formatNumber,
    formatTick,
    formatPlaceTick: formatNumber,
  };
}
