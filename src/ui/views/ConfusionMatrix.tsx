/** Counts of true against predicted class on the validation split, shaded by the share of the true class. A real table. */
import type { ReactElement } from 'react';
import { cssColor, textOn, viridis } from './colors.ts';

interface Props {
  readonly names: readonly string[];
  /** [true × predicted] */
  readonly confusion: Uint32Array;
}

/** The matrix. Rows are the truth, columns what was said; the diagonal is right. */
export function ConfusionMatrix({ names, confusion }: Props): ReactElement {
  const size = names.length;
  const totals = names.map((_, row) => confusion.subarray(row * size, (row + 1) * size).reduce((sum, count) => sum + count, 0));
  return (
    <div className="learned-matrix">
      <table>
        <caption>Confusion matrix: rows are true, columns predicted</caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((other, column) => {
                const count = confusion[row * size + column] ?? 0;
                const color = viridis(count / Math.max(1, totals[row] ?? 1));
                return (
                  <td
                    key={other}
                    className={row === column ? 'learned-right' : undefined}
                    style={{ background: cssColor(color), color: textOn(color) }}
                  >
                    {count}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
