/** The fitted curve over the data points: training points filled, validation points ringed. */
import { useRef, type ReactElement } from 'react';
import { formatNumber } from '../../shared/format.ts';

import { fractionOf, linearTicks, scaleAround, type Scale } from '../charts/scale.ts';
import { useSize } from '../charts/use-redraw.ts';
import { metricSentence, type DataPicture, type LearnedInput } from './learned-input.ts';

type Curve = Extract<DataPicture, { kind: 'curve' }>;

interface Box {
  readonly x: Scale;
  readonly y: Scale;
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxOf(picture: Curve, width: number, height: number, unit: number): Box {
  const [left, right, top, bottom] = [34 * unit, width - 6, 18 * unit, height - 32 * unit];
  const x = scaleAround(picture.x, 'linear', false);
  const y = scaleAround(picture.y, 'linear', false);
  return {
    ...{ x, y, left, right, top, bottom },
    toX: (value) => left + fractionOf(x, value) * (right - left),
    toY: (value) => bottom - fractionOf(y, value) * (bottom - top),
  };
}

function Axes({ picture, box, unit }: { readonly picture: Curve; readonly box: Box; readonly unit: number }): ReactElement {
  return (
    <g className="learned-axes">
      {linearTicks(box.y.low, box.y.high, 4).map((value) => (
        <g key={value}>
          <line x1={box.left} x2={box.right} y1={box.toY(value)} y2={box.toY(value)} />
          <text x={box.left - 5} y={box.toY(value) + 4 * unit} textAnchor="end">
            {formatNumber(value)}
          </text>
        </g>
      ))}
      {linearTicks(box.x.low, box.x.high, 4).map((value) => (
        <text key={value} x={box.toX(value)} y={box.bottom + 13 * unit} textAnchor="middle">
          {formatNumber(value)}
        </text>
      ))}
      <text x={(box.left + box.right) / 2} y={box.bottom + 28 * unit} textAnchor="middle">
        {picture.xName}
      </text>
      <text x={2} y={10 * unit}>
        {picture.yName}
      </text>
    </g>
  );
}

function linePath(x: Float32Array, y: Float32Array, box: Box): string {
  const points = Array.from(x, (value, i) => [value, y[i] ?? NaN] as const).filter(([, value]) => Number.isFinite(value));
  return points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${box.toX(px).toFixed(1)} ${box.toY(py).toFixed(1)}`).join('');
}

/** The curve. */
export function CurveView({ input, picture }: { readonly input: LearnedInput; readonly picture: Curve }): ReactElement {
  const ref = useRef<HTMLDivElement>(null);
  const { width, unit } = useSize(ref);
  const height = Math.round(width * 0.85);
  const box = boxOf(picture, width, height, unit);
  const fitted = input.learned?.kind === 'curve' ? input.learned : undefined;
  const sentence = metricSentence(input, 'points');
  const label =
    fitted === undefined
      ? `${input.description.trainingCount} training points; nothing learned yet.`
      : `The curve that the model fits after ${input.step ?? 0} steps, over the data. ${sentence}`;
  return (
    <>
      <div ref={ref} className="learned-canvas">
        {width > 0 && (
          <svg className="learned-curve" width={width} height={height} role="img" aria-label={label}>
            <clipPath id="learned-curve-clip">
              <rect x={box.left} y={box.top} width={box.right - box.left} height={box.bottom - box.top} />
            </clipPath>
            <Axes picture={picture} box={box} unit={unit} />
            {Array.from(picture.split, (split, i) =>
              split === 2 ? null : (
                <circle
                  key={i}
                  className={split === 0 ? 'learned-dot' : 'learned-ring'}
                  cx={box.toX(picture.x[i] ?? 0)}
                  cy={box.toY(picture.y[i] ?? 0)}
                  r={2.6 * unit}
                />
              ),
            )}
            {fitted !== undefined && (
              <path className="learned-fit" clipPath="url(#learned-curve-clip)" d={linePath(fitted.x, fitted.y, box)} />
            )}
          </svg>
        )}
      </div>
      <p className="learned-caption">
        Filled = training, ringed = validation, line = the model. {fitted === undefined ? 'Nothing learned yet.' : sentence}
      </p>
    </>
  );
}
