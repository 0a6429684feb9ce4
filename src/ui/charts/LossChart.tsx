/** The loss of every step, and of every evaluation. The data are built in `loss-model.ts`. */
import type { ReactElement } from 'react';
import { Chart, type ChartProps } from './Chart.tsx';
import { lossModel } from './loss-model.ts';

/** The loss of every step, and of every evaluation. */
export function LossChart({ input, tools }: ChartProps): ReactElement {
  return <Chart input={input} tools={tools} name="loss" build={lossModel} startWith="log" />;
}
