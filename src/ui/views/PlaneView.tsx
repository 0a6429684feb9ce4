/** Decision regions, or a fitted surface, under the data: training points filled, validation points ringed, test points not shown. */
import { useCallback, type ReactElement } from 'react';
import { formatNumber } from '../../shared/format.ts';
import type { Learned } from '../../trainer/trainer.ts';
import { CanvasPicture } from './CanvasPicture.tsx';
import { cssColor, viridis, type Rgb } from './colors.ts';
import { metricSentence, type DataPicture, type LearnedInput } from './learned-input.ts';
import { planePixels, spanOf, type Span } from './plane-image.ts';
import { usePalette, type Palette } from './use-palette.ts';

type Plane = Extract<DataPicture, { kind: 'plane' }>;
type Field = Extract<Learned, { kind: 'plane' }>;

function drawField(
  context: CanvasRenderingContext2D,
  field: Field,
  palette: Palette,
  span: Span | undefined,
  width: number,
  height: number,
): void {
  const side = field.outputs === 1 ? 240 : 144;
  const small = document.createElement('canvas');
  small.width = small.height = side;
  small.getContext('2d')?.putImageData(new ImageData(planePixels(field, side, palette, span), side, side), 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, width, height);
}

function drawPoints(
  context: CanvasRenderingContext2D,
  picture: Plane,
  colorOf: (target: number) => Rgb,
  palette: Palette,
  width: number,
  height: number,
  unit: number,
): void {
  const [xMin, xMax, yMin, yMax] = picture.extent;
  const radius = (picture.x.length > 1500 ? 1.6 : picture.x.length > 600 ? 2.2 : 3) * unit;
  for (const wanted of [0, 1]) {
    for (const [i, split] of picture.split.entries()) {
      if (split !== wanted) continue;
      const x = (((picture.x[i] ?? 0) - xMin) / (xMax - xMin)) * width;
      const y = height - (((picture.y[i] ?? 0) - yMin) / (yMax - yMin)) * height;
      const color = cssColor(colorOf(picture.target[i] ?? 0));
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = split === 0 || picture.regression ? color : cssColor(palette.panel);
      context.strokeStyle = split === 0 ? cssColor(palette.panel) : picture.regression ? cssColor(palette.text) : color;
      context.lineWidth = (split === 0 ? 0.8 : 1.6) * unit;
      context.fill();
      context.stroke();
    }
  }
}

function describePlane(input: LearnedInput, picture: Plane): string {
  const { description, learned, step } = input;
  const what = picture.regression ? 'The surface that the model fits' : `Decision regions for ${description.classNames.join(' and ')}`;
  const points = `${description.trainingCount} training and ${description.validationCount} validation points`;
  return learned === undefined
    ? `${points}; nothing learned yet.`
    : `${what} after ${step ?? 0} steps, with ${points}. ${metricSentence(input, 'points')}`;
}

function ColorScale({ span }: { readonly span: Span }): ReactElement {
  const stops = Array.from({ length: 9 }, (_, i) => cssColor(viridis(i / 8)));
  return (
    <p className="learned-scale">
      <span>{formatNumber(span.low, 2)}</span>
      <span className="learned-scale-bar" style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }} />
      <span>{formatNumber(span.high, 2)}</span>
    </p>
  );
}

function ClassNames({ names }: { readonly names: readonly string[] }): ReactElement {
  return (
    <p className="learned-classes">
      {names.map((name, i) => (
        <span key={name}>
          <i style={{ background: `var(--class-${i % 4})` }} />
          {name}
        </span>
      ))}
    </p>
  );
}

/** The plane. */
export function PlaneView({ input, picture }: { readonly input: LearnedInput; readonly picture: Plane }): ReactElement {
  const palette = usePalette();
  const field = input.learned?.kind === 'plane' ? input.learned : undefined;
  const span = picture.regression ? spanOf(picture.target) : undefined;
  const draw = useCallback(
    (context: CanvasRenderingContext2D, width: number, height: number, unit: number) => {
      const scale = picture.regression ? spanOf(picture.target) : undefined;
      context.fillStyle = cssColor(palette.sunken);
      context.fillRect(0, 0, width, height);
      if (field !== undefined) drawField(context, field, palette, scale, width, height);
      const colorOf = (target: number): Rgb =>
        scale === undefined ? (palette.classes[target % 4] ?? palette.text) : viridis((target - scale.low) / (scale.high - scale.low));
      drawPoints(context, picture, colorOf, palette, width, height, unit);
    },
    [picture, field, palette],
  );
  return (
    <>
      <CanvasPicture ratio={1} label={describePlane(input, picture)} draw={draw} />
      {span === undefined ? <ClassNames names={input.description.classNames} /> : <ColorScale span={span} />}
      <p className="learned-caption">
        {picture.regression
          ? 'Each point in the colour of its value: faint rim = training, strong ring = validation.'
          : 'Filled = training, ringed = validation.'}{' '}
        {field === undefined ? 'Nothing learned yet.' : metricSentence(input, 'points')}
      </p>
    </>
  );
}
