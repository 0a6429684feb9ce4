/** What the model says over the plane, as pixels: answers are interpolated first and coloured then, so that edges stay smooth. Pure. */
import { regionColor, viridis, type Rgb } from './colors.ts';

/** Lowest and highest value of a colour scale. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Colours of the theme in force. */
export interface PlaneColors {
  readonly panel: Rgb;
  readonly classes: readonly Rgb[];
}

/** Answers of the model on `size × size` cells, bottom row first, `outputs` values per cell. */
export interface Field {
  readonly size: number;
  readonly outputs: number;
  readonly values: Float32Array;
}

/** Span of finite values; 0…1 without any. */
export function spanOf(values: Float32Array): Span {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low < high ? { low, high } : { low: low === Infinity ? 0 : low - 0.5, high: low === Infinity ? 1 : low + 0.5 };
}

/** Bilinear between cell centres, on a finer grid of `side × side`; the outermost half cells are held. */
export function enlarge({ size, outputs, values }: Field, side: number): Float32Array {
  const result = new Float32Array(side * side * outputs);
  const place = (pixel: number): number => Math.min(size - 1, Math.max(0, ((pixel + 0.5) / side) * size - 0.5));
  for (let row = 0; row < side; row++) {
    const y = place(row);
    const y0 = Math.min(Math.floor(y), Math.max(0, size - 2));
    const up = size > 1 ? size * outputs : 0;
    for (let column = 0; column < side; column++) {
      const x = place(column);
      const x0 = Math.min(Math.floor(x), Math.max(0, size - 2));
      const right = size > 1 ? outputs : 0;
      for (let k = 0; k < outputs; k++) {
        const at = (y0 * size + x0) * outputs + k;
        const low = (values[at] ?? 0) + ((values[at + right] ?? 0) - (values[at] ?? 0)) * (x - x0);
        const high = (values[at + up] ?? 0) + ((values[at + up + right] ?? 0) - (values[at + up] ?? 0)) * (x - x0);
        result[(row * side + column) * outputs + k] = low + (high - low) * (y - y0);
      }
    }
  }
  return result;
}

/** 256 colours for answers of one value: `span` on viridis, or the probability of class 1 between two classes. */
function ramp(colors: PlaneColors, span: Span | undefined): readonly Rgb[] {
  return Array.from({ length: 256 }, (_, i) =>
    span === undefined ? regionColor([i / 255], colors.classes, colors.panel) : viridis(i / 255),
  );
}

/** RGBA of `side × side` pixels, top row first. With `span` the field is a value on viridis, else class probabilities. */
export function planePixels(field: Field, side: number, colors: PlaneColors, span?: Span): Uint8ClampedArray<ArrayBuffer> {
  const { outputs } = field;
  const fine = enlarge(field, side);
  const pixels = new Uint8ClampedArray(side * side * 4);
  const table = outputs === 1 ? ramp(colors, span) : [];
  const { low, high } = span ?? { low: 0, high: 1 };
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const from = ((side - 1 - row) * side + column) * outputs;
      const color =
        outputs === 1
          ? table[Math.min(255, Math.max(0, Math.round((((fine[from] ?? 0) - low) / (high - low)) * 255)))]
          : regionColor(Array.from(fine.subarray(from, from + outputs)), colors.classes, colors.panel);
      const to = (row * side + column) * 4;
      pixels[to] = color?.[0] ?? 0;
      pixels[to + 1] = color?.[1] ?? 0;
      pixels[to + 2] = color?.[2] ?? 0;
      pixels[to + 3] = 255;
    }
  }
  return pixels;
}
