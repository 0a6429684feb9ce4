/** A table's validation rows: two columns as a scatter, coloured by class with mistakes crossed, and the confusion matrix. */
import { useRef, useState, type ReactElement } from 'react';
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { Learned } from '../../trainer/trainer.ts';
import { fractionOf, linearTicks, scaleAround, type Scale } from '../charts/scale.ts';
import { useSize } from '../charts/use-redraw.ts';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import { metricSentence, type DataPicture, type LearnedInput } from './learned-input.ts';
import { commonMistakes, countMistakes } from './mistakes.ts';

type Table = Extract<DataPicture, { kind: 'table' }>;
type Answers = Extract<Learned, { kind: 'classes' }>;

const columnOf = (picture: Table, column: number): number[] =>
  Array.from(picture.labels, (_, row) => picture.rows[row * picture.columns.length + column] ?? NaN);

interface ScatterProps {
  readonly picture: Table;
  readonly answers: Answers | undefined;
  readonly across: number;
  readonly up: number;
  readonly label: string;
}

/** Shapes tell classes apart for those who see colours alike. */
function Point({ kind, x, y, r }: { readonly kind: number; readonly x: number; readonly y: number; readonly r: number }): ReactElement {
  const fill = `var(--class-${kind % 4})`;
  if (kind % 4 === 0) return <circle cx={x} cy={y} r={r} fill={fill} />;
  if (kind % 4 === 1) return <rect x={x - r} y={y - r} width={2 * r} height={2 * r} fill={fill} />;
  const top = kind % 4 === 2 ? -1 : 1;
  return <path d={`M${x} ${y + top * 1.3 * r}L${x + 1.2 * r} ${y - top * r}L${x - 1.2 * r} ${y - top * r}Z`} fill={fill} />;
}

function Scatter({ picture, answers, across, up, label }: ScatterProps): ReactElement {
  const ref = useRef<HTMLDivElement>(null);
  const { width, unit } = useSize(ref);
  const height = Math.round(width * 0.72);
  const [xs, ys] = [columnOf(picture, across), columnOf(picture, up)];
  const [x, y]: [Scale, Scale] = [scaleAround(xs, 'linear', false), scaleAround(ys, 'linear', false)];
  const [left, right, top, bottom] = [38 * unit, width - 8, 6, height - 20 * unit];
  const toX = (value: number): number => left + fractionOf(x, value) * (right - left);
  const toY = (value: number): number => bottom - fractionOf(y, value) * (bottom - top);
  return (
    <div ref={ref} className="learned-canvas">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          <g className="learned-axes">
            {linearTicks(y.low, y.high, 4).map((value) => (
              <g key={value}>
                <line x1={left} x2={right} y1={toY(value)} y2={toY(value)} />
                <text x={left - 5} y={toY(value) + 4 * unit} textAnchor="end">
                  {formatNumber(value)}
                </text>
              </g>
            ))}
            {linearTicks(x.low, x.high, 4).map((value) => (
              <text key={value} x={toX(value)} y={bottom + 14 * unit} textAnchor="middle">
                {formatNumber(value)}
              </text>
            ))}
          </g>
          {xs.map((value, row) => {
            const [px, py, truth] = [toX(value), toY(ys[row] ?? NaN), picture.labels[row] ?? 0];
            const wrong = answers !== undefined && answers.predicted[row] !== truth;
            return (
              <g key={row}>
                <Point kind={truth} x={px} y={py} r={3 * unit} />
                {wrong && <circle className="learned-wrong" cx={px} cy={py} r={7 * unit} />}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

function Column({
  label,
  names,
  value,
  onChange,
}: {
  readonly label: string;
  readonly names: readonly string[];
  readonly value: number;
  readonly onChange: (value: number) => void;
}): ReactElement {
  return (
    <label className="learned-column">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {names.map((name, i) => (
          <option key={name} value={i}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The table. */
export function TableView({ input, picture }: { readonly input: LearnedInput; readonly picture: Table }): ReactElement {
  const [across, setAcross] = useState(0);
  const [up, setUp] = useState(Math.min(1, picture.columns.length - 1));
  const answers = input.learned?.kind === 'classes' ? input.learned : undefined;
  const names = input.description.classNames;
  const wrong = answers === undefined ? 0 : countMistakes(picture.labels, answers.predicted);
  const common = answers === undefined ? [] : commonMistakes(answers.confusion, names);
  const words =
    answers === undefined
      ? `${formatCount(picture.labels.length)} validation rows; nothing learned yet.`
      : `${formatCount(wrong)} of ${formatCount(picture.labels.length)} validation rows wrong (circled).${common.length > 0 ? ` Most often ${common.join(', ')}.` : ''}`;
  return (
    <>
      <div className="learned-columns">
        <Column label="up" names={picture.columns} value={up} onChange={setUp} />
        <Column label="across" names={picture.columns} value={across} onChange={setAcross} />
      </div>
      <Scatter
        picture={picture}
        answers={answers}
        across={across}
        up={up}
        label={`${picture.columns[up] ?? ''} against ${picture.columns[across] ?? ''}. ${words}`}
      />
      <p className="learned-classes">
        {names.map((name, i) => (
          <span key={name}>
            <svg width="10" height="10" aria-hidden="true">
              <Point kind={i} x={5} y={5} r={3.4} />
            </svg>
            {name}
          </span>
        ))}
      </p>
      <p className="learned-caption">
        {words} {metricSentence(input, 'rows')}
      </p>
      {answers !== undefined && <ConfusionMatrix names={names} confusion={answers.confusion} />}
    </>
  );
}
