/** Accuracy, or the error in original units. The data are built in `metric-model.ts`. */
import type { ReactElement } from 'react';
import { Chart, type ChartProps } from './Chart.tsx';
import { metricModel } from './metric-model.ts';

/** Accuracy, or the error in original units. */
export function MetricChart({ input }: ChartProps): ReactElement {
  return <Chart input={input} name="metric" build={metricModel} startWith="linear" />;
}
