/** The map of one head: on a canvas, in a sentence, and as a table. */
import { useCallback, useState } from 'react';
import type { ReactElement } from 'react';
import { formatPercent } from '../../shared/format.ts';
import type { Attention } from '../../trainer/trainer.ts';
import buttons from '../layout/buttons.module.css';
import { CanvasPicture } from '../views/CanvasPicture.tsx';
import { cssColor, viridis } from '../views/colors.ts';
import { usePalette } from '../views/use-palette.ts';
import type { HeadChoice } from './attention-map.ts';
import { habitsOf, looksOf, shareAt } from './attention-map.ts';
import styles from './language.module.css';

interface Props {
  readonly attention: Attention;
  readonly choice: HeadChoice;
  /** How each token is shown. */
  readonly names: readonly string[];
}

/** Characters of a token beside the map. */
const shownCharacters = 6;

/** The map, or its table. */
export function AttentionMap({ attention, choice, names }: Props): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const { own, before, first } = habitsOf(attention, choice);
  const words = `Layer ${String(choice.layer + 1)}, head ${String(choice.head + 1)}: on average over tokens 2 to ${String(attention.length)}, ${formatPercent(own, 0)} of the look is on the token itself, ${formatPercent(before, 0)} on the one before it, ${formatPercent(first, 0)} on the first.`;
  return (
    <>
      {asTable ? (
        <LookTable attention={attention} choice={choice} names={names} />
      ) : (
        <MapPicture attention={attention} choice={choice} names={names} label={words} />
      )}
      <p className="learned-caption">{words}</p>
      <button type="button" className={buttons['button']} onClick={() => setAsTable(!asTable)}>
        {asTable ? 'Show as a map' : 'Show as a table'}
      </button>
    </>
  );
}

function MapPicture({ attention, choice, names, label }: Props & { readonly label: string }): ReactElement {
  const palette = usePalette();
  const draw = useCallback(
    (context: CanvasRenderingContext2D, width: number, _height: number, unit: number) => {
      const { length } = attention;
      const margin = 44 * unit;
      const cell = (width - margin) / length;
      for (let row = 0; row < length; row++)
        for (let column = 0; column <= row; column++) {
          // Most shares are small: their square root tells them apart.
          context.fillStyle = cssColor(viridis(Math.sqrt(shareAt(attention, choice, row, column))));
          context.fillRect(margin + column * cell, row * cell, Math.max(cell - 0.5, 0.5), Math.max(cell - 0.5, 0.5));
        }
      context.fillStyle = cssColor(palette.muted);
      context.font = `${String(Math.min(cell, 11 * unit))}px ui-monospace, monospace`;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      names.forEach((name, row) => context.fillText(name.slice(0, shownCharacters), margin - 4 * unit, (row + 0.5) * cell));
    },
    [attention, choice, names, palette],
  );
  return <CanvasPicture ratio={0.9} label={label} draw={draw} />;
}

function LookTable({ attention, choice, names }: Props): ReactElement {
  return (
    <div className={styles['looks']} tabIndex={0} role="region" aria-label="Attention as a table">
      <table className="learned-answers">
        <thead>
          <tr>
            <th scope="col">token</th>
            <th scope="col">looks most at</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, row) => (
            <tr key={row}>
              <td>{name}</td>
              <td>
                {looksOf(attention, choice, row, 3)
                  .map(({ column, share }) => `${names[column] ?? '?'} (${String(column + 1)}) ${formatPercent(share, 0)}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
