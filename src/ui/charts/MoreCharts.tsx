/** What can be shown beyond the four charts: a list to choose from, closed at first, and below it what was chosen. */
import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import type { ChartInput } from './axis.ts';
import { Chart } from './Chart.tsx';
import { moreCharts, type MoreChart, type MoreChartId } from './more-charts.ts';

/** Which of them are shown, and how that is changed. */
export interface MoreChoice {
  readonly shown: readonly MoreChartId[];
  /** Charts that stand in the list; a link may have taken some off the page. */
  readonly offered: readonly MoreChartId[];
  /** Charts that a link has fixed, as they are. */
  readonly fixed: readonly MoreChartId[];
  readonly choose: (chart: MoreChart, show: boolean) => void;
}

interface Props {
  readonly input: ChartInput;
  readonly choice: MoreChoice;
}

/** The chooser and the chosen charts. */
export function MoreCharts({ input, choice }: Props): ReactElement {
  return (
    <>
      <Chooser choice={choice} />
      <div className="charts-more">
        {moreCharts
          .filter(({ id }) => choice.shown.includes(id))
          .map(({ id, build, startWith }) => (
            <Chart key={id} input={input} name={id} build={build} startWith={startWith} />
          ))}
      </div>
    </>
  );
}

function Chooser({ choice }: { readonly choice: MoreChoice }): ReactElement {
  const [open, setOpen] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  // It opens at the lower end of a column that scrolls.
  useEffect(() => {
    if (open) list.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <div className="chart-chooser">
      <button type="button" className="chart-toggle" aria-expanded={open} aria-controls={listId} onClick={() => setOpen(!open)}>
        More charts
      </button>
      <ul id={listId} ref={list} hidden={!open}>
        {moreCharts
          .filter(({ id }) => choice.offered.includes(id))
          .map((chart) => (
            <li key={chart.id}>
              <Option chart={chart} choice={choice} />
            </li>
          ))}
      </ul>
    </div>
  );
}

function Option({ chart, choice }: { readonly chart: MoreChart; readonly choice: MoreChoice }): ReactElement {
  const id = useId();
  return (
    <>
      <input
        id={id}
        type="checkbox"
        checked={choice.shown.includes(chart.id)}
        disabled={choice.fixed.includes(chart.id)}
        aria-describedby={`${id} line`}
        onChange={(event) => choice.choose(chart, event.target.checked)}
      />
      <label htmlFor={id}>{`${chart.label} chart`}</label>
      <span id={`${id} line`}>
        {chart.line} <i>{chart.cost}</i>
      </span>
    </>
  );
}
