/** The learning rate, planned and used. The data are built in `learning-rate-model.ts`. */
import type { ReactElement } from 'react';
import type { Curve } from '../../params/kinds.ts';
import { Chart, type ChartProps } from './Chart.tsx';
import { learningRateModel } from './learning-rate-model.ts';
import { usePen } from './use-pen.ts';

interface Props extends ChartProps {
  /** Takes a curve that is drawn; without it the chart is only looked at. */
  readonly onDraw?: ((curve: Curve) => void) | undefined;
}

/** The learning rate, planned and used; a drawn schedule is drawn here. */
export function LearningRateChart({ input, onDraw }: Props): ReactElement {
  const pen = usePen(input, onDraw);
  const undo = pen?.undo;
  const tools = undo && (
    <button type="button" className="chart-toggle" onClick={undo}>
      undo
    </button>
  );
  return <Chart input={input} name="learning-rate" build={learningRateModel} startWith="linear" eager pen={pen} tools={tools} />;
}
