/** A chart's numbers as a real table: at most fifty rows, scrollable, reachable by keyboard. */
import { useMemo, type ReactElement } from 'react';
import { formatCount, formatEpoch, formatNumber } from '../../shared/format.ts';
import type { AxisName } from './axis.ts';
import type { PlotModel } from './plot-model.ts';
import { tableRows } from './rows.ts';

const formatCell = (axis: AxisName, value: number): string =>
  axis === 'seconds' ? formatNumber(value) : axis === 'epoch' ? formatEpoch(value) : formatCount(value);

/** The table of a chart. */
export function DataTable({ model, axis }: { readonly model: PlotModel; readonly axis: AxisName }): ReactElement {
  const series = useMemo(() => model.series.filter((one) => one.quiet !== true), [model]);
  const { rows, all } = useMemo(() => tableRows(series, model.x), [series, model]);
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={`${model.title} as a table`}>
      <table>
        {rows.length < all ? <caption>{`${formatCount(rows.length)} of ${formatCount(all)} rows, evenly spread.`}</caption> : null}
        <thead>
          <tr>
            <th scope="col">{axis}</th>
            {series.map((one) => (
              <th key={one.key} scope="col">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.x}>
              <th scope="row">{formatCell(axis, row.x)}</th>
              {row.values.map((value, i) => (
                <td key={series[i]?.key}>{value === undefined ? '' : model.formatValue(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p>{model.empty ?? 'No values yet.'}</p>}
    </div>
  );
}
