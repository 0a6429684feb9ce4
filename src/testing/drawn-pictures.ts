/** Pictures for the gallery where real ones would need an asset: digits in seven segments, and a table of three clouds. */
import { fillNormal, stream } from '../shared/random.ts';
import type { Description, Learned } from '../trainer/trainer.ts';

/** A picture with answers to it. */
export interface DrawnPicture {
  readonly classNames: readonly string[];
  readonly picture: Description['picture'];
  readonly learned: Learned;
}

/** Segments of 0…9: top, upper left, upper right, middle, lower left, lower right, bottom. */
const segments = ['1110111', '0010010', '1011101', '1011011', '0111010', '1101011', '1101111', '1010010', '1111111', '1111011'];

/** Column and row ranges of a segment in a 14 × 14 image. */
const strokes: readonly (readonly [number, number, number, number])[] = [
  [4, 9, 2, 3],
  [3, 4, 2, 7],
  [9, 10, 2, 7],
  [4, 9, 6, 7],
  [3, 4, 6, 11],
  [9, 10, 6, 11],
  [4, 9, 10, 11],
];

function answersFor(labels: Uint8Array, classes: number): Learned {
  const predicted = labels.map((label, i) => (i % 11 === 5 ? (label + 5) % classes : i % 17 === 3 ? (label + 1) % classes : label));
  const confusion = new Uint32Array(classes * classes);
  for (const [i, label] of labels.entries()) {
    const cell = label * classes + (predicted[i] ?? 0);
    confusion[cell] = (confusion[cell] ?? 0) + 1;
  }
  return { kind: 'classes', predicted, probability: Float32Array.from(labels, (_, i) => 0.5 + (i % 50) / 100), confusion };
}

/** 200 images of 14 × 14. */
export function drawnDigits(): DrawnPicture {
  const side = 14;
  const labels = Uint8Array.from({ length: 200 }, (_, i) => (i * 7) % 10);
  const pixels = new Uint8Array(labels.length * side * side);
  for (const [image, label] of labels.entries()) {
    for (const [s, [left, right, top, bottom]] of strokes.entries()) {
      if (segments[label]?.[s] !== '1') continue;
      for (let y = top; y <= bottom; y++)
        for (let x = left; x <= right; x++) pixels[image * side * side + y * side + x] = 200 + ((image + x) % 5) * 10;
    }
  }
  const classNames = Array.from({ length: 10 }, (_, i) => String(i));
  return { classNames, picture: { kind: 'images', side, pixels, labels }, learned: answersFor(labels, 10) };
}

/** 66 rows of four columns in three clouds. */
export function drawnTable(): DrawnPicture {
  const labels = Uint8Array.from({ length: 66 }, (_, i) => i % 3);
  const columns = ['beak length (mm)', 'beak depth (mm)', 'flipper length (mm)', 'body mass (g)'];
  const centres = [38.8, 18.3, 190, 3700, 47.5, 15, 217, 5080, 48.8, 18.4, 196, 3730];
  const spread = [2.6, 1.1, 6.5, 400];
  const rows = new Float32Array(labels.length * 4);
  fillNormal(rows, 1, stream.dataNoise, 0, 0);
  const scaled = rows.map((value, i) => (centres[(labels[Math.floor(i / 4)] ?? 0) * 4 + (i % 4)] ?? 0) + value * (spread[i % 4] ?? 1));
  return {
    classNames: ['Adelie', 'Gentoo', 'Chinstrap'],
    picture: { kind: 'table', columns, rows: scaled, labels },
    learned: answersFor(labels, 3),
  };
}
