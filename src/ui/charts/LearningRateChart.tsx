/** The learning rate, planned and used. The data are built in `learning-rate-model.ts`. */
import type { ReactElement } from 'react';
import { Chart, type ChartProps } from './Chart.tsx';
import { learningRateModel } from './learning-rate-model.ts';

/** The learning rate, planned and used. */
export function LearningRateChart({ input }: ChartProps): ReactElement {
  return <Chart input={input} name="learning-rate" build={learningRateModel} startWith="linear" eager />;
}
