/**
 * Two-dimensional classification, generated. Each shape is a function from (class, two random numbers) to a point within about ±1;
 * `noise` is the standard deviation of normal noise added to both coordinates, so 0.1 is a tenth of the picture's half-width.
 */
import { draw, labelsFor, normalTable, uniformTable } from './examples.ts';
import type { Examples } from './examples.ts';

/** A task of points in the plane. */
export type PlaneName = 'circle' | 'xor' | 'gauss' | 'spiral' | 'moons' | 'blobs';

type Point = readonly [x: number, y: number];
/** A point of class `label` of `classes` from two uniform numbers and two normal ones. */
type PointOf = (label: number, classes: number, u: number, v: number, p: number, q: number) => Point;

/** Spread of a cluster without any noise. */
const clusterSpread = 0.15;
/** How far each arm of the spiral winds, in full turns. */
const spiralTurns = 1.3;
/** Half the gap between the quadrants of xor. */
const xorGap = 0.06;

const polar = (radius: number, angle: number): Point => [radius * Math.cos(angle), radius * Math.sin(angle)];

/** Class 0 a ring of radius 0.7 to 1, class 1 a disc of radius 0.5, each evenly filled. */
const circle: PointOf = (label, _classes, u, v) => polar(label === 1 ? 0.5 * Math.sqrt(u) : Math.sqrt(0.49 + 0.51 * u), 2 * Math.PI * v);

/** Class 1 where the signs of x and y differ. */
const xor: PointOf = (label, _classes, u, v) => {
  const signed = 2 * u - 1;
  const sign = signed < 0 ? -1 : 1;
  const other = label === 1 ? -sign : sign;
  return [sign * (xorGap + (1 - xorGap) * Math.abs(signed)), other * (xorGap + (1 - xorGap) * v)];
};

/** Two round clusters on the diagonal. */
const gauss: PointOf = (label, _classes, _u, _v, p, q) => {
  const centre = label === 1 ? 0.4 : -0.4;
  return [centre + clusterSpread * p, centre + clusterSpread * q];
};

/** Two arms, half a turn apart. */
const spiral: PointOf = (label, _classes, u) => {
  const radius = 0.15 + 0.85 * u;
  return polar(radius, Math.PI * (2 * spiralTurns * radius + label));
};

/** Two half circles that reach into each other, scaled to the same width as the others. */
const moons: PointOf = (label, _classes, u) => {
  const [x, y] = polar(1, Math.PI * u);
  const [left, up] = label === 1 ? [1 - x, 0.5 - y] : [x, y];
  return [(left - 0.5) / 1.5, (up - 0.25) / 1.5];
};

/** As many round clusters as classes, evenly around a circle from the top. */
const blobs: PointOf = (label, classes, _u, _v, p, q) => {
  const [x, y] = polar(0.65, Math.PI * (0.5 + (2 * label) / classes));
  return [x + clusterSpread * p, y + clusterSpread * q];
};

const pointOf: Readonly<Record<PlaneName, PointOf>> = { circle, xor, gauss, spiral, moons, blobs };

/** `total` points with their classes; `classes` counts for blobs only, the others have two. */
export function planeExamples(
  name: PlaneName,
  options: { readonly total: number; readonly classes: number; readonly balance: number; readonly noise: number; readonly seed: number },
): Examples {
  const { total, classes, balance, noise, seed } = options;
  const targets = labelsFor(total, classes, balance);
  const uniform = uniformTable(seed, draw.position, total, 2);
  const spread = normalTable(seed, draw.position, total, 2);
  const jitter = normalTable(seed, draw.noise, total, 2);
  const inputs = new Float32Array(2 * total);
  for (let i = 0; i < total; i++) {
    const [a, b] = [2 * i, 2 * i + 1];
    const [x, y] = pointOf[name](targets[i]!, classes, uniform[a]!, uniform[b]!, spread[a]!, spread[b]!);
    inputs[a] = x + noise * jitter[a]!;
    inputs[b] = y + noise * jitter[b]!;
  }
  return { count: total, inputs, targets };
}
