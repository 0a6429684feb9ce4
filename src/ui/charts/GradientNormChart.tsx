/** The length of the gradient, before and after clipping. The data are built in `gradient-model.ts`. */
import type { ReactElement } from 'react';
import { Chart, type ChartProps } from './Chart.tsx';
import { gradientModel } from './gradient-model.ts';

/** The length of the gradient, before and after clipping. */
export function GradientNormChart({ input }: ChartProps): ReactElement {
  return <Chart input={input} name="gradient" build={gradientModel} startWith="log" />;
}
