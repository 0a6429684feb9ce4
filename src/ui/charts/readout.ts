/** What a chart says about the place of the cursor. */
import { formatPlace, type AxisName } from './axis.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { nearestIndex } from './rows.ts';
import { fractionOf } from './scale.ts';

/** `step 240 · training 0.041 · validation 0.039`: each line's value nearest to the cursor, where the line reaches so far. */
export function readout(model: PlotModel, axis: AxisName, place: number): string {
  // The present run before the previous one and the plan: a narrow chart may cut the end off.
  const behind = ({ key, style }: Series): number => (key.startsWith('previous') ? 2 : key === 'planned' || style === 'band' ? 1 : 0);
  const ordered = model.series.toSorted((a, b) => behind(a) - behind(b));
  const values = ordered.flatMap((series) => {
    if (series.quiet === true) return [];
    const index = nearestIndex(series, place, model.x);
    const [at, value] = [series.x[index], series.mean[index]];
    if (at === undefined || value === undefined) return [];
    const beyond = place < (series.x[0] ?? 0) || place > (series.x.at(-1) ?? 0);
    if (beyond && Math.abs(fractionOf(model.x, at) - fractionOf(model.x, place)) > 0.02) return [];
    return [`${series.label} ${model.formatValue(value)}`];
  });
  return [formatPlace(axis, place), ...values].join(' · ');
}
