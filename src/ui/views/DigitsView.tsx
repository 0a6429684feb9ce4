/** Validation images, mistakes first and marked with true → predicted, and the confusion matrix. */
import { useCallback, type ReactElement } from 'react';
import { formatCount } from '../../shared/format.ts';
import type { Learned } from '../../trainer/trainer.ts';
import { CanvasPicture } from './CanvasPicture.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import { cssColor, mix } from './colors.ts';
import { metricSentence, type DataPicture, type LearnedInput } from './learned-input.ts';
import { commonMistakes, countMistakes, mistakesFirst } from './mistakes.ts';
import { usePalette, type Palette } from './use-palette.ts';

type Images = Extract<DataPicture, { kind: 'images' }>;
type Answers = Extract<Learned, { kind: 'classes' }>;

const columns = 10;
const rows = 6;
/** Room under an image for its words, as a share of the image's side. */
const wordsShare = 0.5;

function imageOf(picture: Images, index: number, palette: Palette): HTMLCanvasElement {
  const { side } = picture;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    const color = mix(palette.sunken, palette.text, (picture.pixels[index * side * side + i] ?? 0) / 255);
    pixels.set([color[0], color[1], color[2], 255], i * 4);
  }
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, side, side), 0, 0);
  return canvas;
}

interface Cell {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

function drawCell(context: CanvasRenderingContext2D, picture: Images, answers: Answers | undefined, palette: Palette, cell: Cell): void {
  const { index, left, top, side } = cell;
  const truth = picture.labels[index] ?? 0;
  const taken = answers?.predicted[index] ?? truth;
  context.imageSmoothingEnabled = true;
  context.drawImage(imageOf(picture, index, palette), left, top, side, side);
  const wrong = taken !== truth;
  context.fillStyle = cssColor(wrong ? palette.danger : palette.muted);
  context.font = `${wrong ? '600 ' : ''}${Math.round(side * 0.4)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText(wrong ? `${truth}→${taken}` : `${truth}`, left + side / 2, top + side + 1.5);
  if (!wrong) return;
  context.strokeStyle = cssColor(palette.danger);
  context.lineWidth = 1.5;
  context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
}

function inWords(input: LearnedInput, picture: Images, answers: Answers | undefined): string {
  if (answers === undefined) return `${formatCount(picture.labels.length)} validation images; nothing learned yet.`;
  const wrong = countMistakes(picture.labels, answers.predicted);
  const common = commonMistakes(answers.confusion, input.description.classNames);
  return `${formatCount(wrong)} of ${formatCount(picture.labels.length)} validation images read wrongly.${common.length > 0 ? ` Most often ${common.join(', ')}.` : ''}`;
}

/** The images. */
export function DigitsView({ input, picture }: { readonly input: LearnedInput; readonly picture: Images }): ReactElement {
  const palette = usePalette();
  const answers = input.learned?.kind === 'classes' ? input.learned : undefined;
  const shown = Math.min(columns * rows, picture.labels.length);
  const draw = useCallback(
    (context: CanvasRenderingContext2D, width: number) => {
      const pitch = width / columns;
      const side = pitch - 3;
      context.clearRect(0, 0, width, width * rows);
      const chosen = mistakesFirst(picture.labels, answers?.predicted, answers?.probability, columns * rows);
      for (const [place, index] of chosen.entries()) {
        const [left, top] = [(place % columns) * pitch + 1.5, Math.floor(place / columns) * pitch * (1 + wordsShare) + 1.5];
        drawCell(context, picture, answers, palette, { index, left, top, side });
      }
    },
    [picture, answers, palette],
  );
  const words = inWords(input, picture, answers);
  return (
    <>
      <CanvasPicture ratio={(Math.ceil(shown / columns) / columns) * (1 + wordsShare)} label={words} draw={draw} />
      <p className="learned-caption">
        {words} {metricSentence(input, 'images')} {formatCount(shown)} shown
        {answers === undefined ? '' : ', mistakes first, true → predicted'}.
      </p>
      {answers !== undefined && <ConfusionMatrix names={input.description.classNames} confusion={answers.confusion} />}
    </>
  );
}
