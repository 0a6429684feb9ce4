/**
 * A line search for the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6), with the constants and the rules of
 * progress of `torch.optim.LBFGS(line_search_fn='strong_wolfe')`: first a bracket, by ever longer steps, then narrower and narrower ones.
 */

/** One place along the direction. `slope`: the derivative along it. */
export interface Trial {
  readonly length: number;
  readonly loss: number;
  readonly slope: number;
  readonly gradient: Float64Array;
}

/** What there is to search. */
export interface Line {
  /** The place at length 0; its slope is below 0. */
  readonly start: Trial;
  readonly at: (length: number) => Promise<Trial>;
  readonly firstLength: number;
  /** Largest entry of the direction: what a length means in parameter space. */
  readonly reach: number;
}

/** The place chosen, and how many were looked at. */
export interface Found {
  readonly trial: Trial;
  readonly looks: number;
}

const [enoughDecrease, enoughFlattening] = [1e-4, 0.9];
const mostRounds = 25;
/** Moves smaller than this are none. */
export const leastChange = 1e-9;

type Pair = readonly [Trial, Trial];

/** Searches. Always returns a place, the lowest of the bracket if the conditions could not be met. */
export async function strongWolfe(line: Line): Promise<Found> {
  const bracket = await bracketed(line);
  return 'trial' in bracket ? bracket : zoom(line, bracket.pair, bracket.rounds);
}

function tooHigh({ start }: Line, trial: Trial): boolean {
  return trial.loss > start.loss + enoughDecrease * trial.length * start.slope;
}

function isFlat({ start }: Line, trial: Trial): boolean {
  return Math.abs(trial.slope) <= -enoughFlattening * start.slope;
}

/** Goes further until a good place lies between two lengths, or is found. */
async function bracketed(line: Line): Promise<Found | { readonly pair: Pair; readonly rounds: number }> {
  let before = line.start;
  let trial = await line.at(line.firstLength);
  for (let rounds = 0; rounds < mostRounds; rounds++) {
    if (tooHigh(line, trial) || (rounds > 1 && trial.loss >= before.loss)) return { pair: [before, trial], rounds };
    if (isFlat(line, trial)) return { trial, looks: rounds + 1 };
    if (trial.slope >= 0) return { pair: [before, trial], rounds };
    const least = trial.length + 0.01 * (trial.length - before.length);
    const length = cubicMinimum(before, trial, least, 10 * trial.length);
    before = trial;
    trial = await line.at(length);
  }
  return { pair: [line.start, trial], rounds: mostRounds };
}

/** Narrows a bracket round a good place. */
async function zoom(line: Line, pair: Pair, roundsBefore: number): Promise<Found> {
  let [a, b] = pair;
  let aIsLow = a.loss <= b.loss;
  let nearEdge = false;
  let rounds = roundsBefore;
  for (; rounds < mostRounds && !(Math.abs(b.length - a.length) * line.reach < leastChange); rounds++) {
    const [shortest, longest] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
    const step = insideBracket(cubicMinimum(a, b, shortest, longest), shortest, longest, nearEdge);
    nearEdge = step.nearEdge;
    const trial = await line.at(step.length);
    const [low, high] = aIsLow ? [a, b] : [b, a];
    if (tooHigh(line, trial) || trial.loss >= low.loss) {
      [a, b] = aIsLow ? [a, trial] : [trial, b];
      aIsLow = a.loss <= b.loss;
      continue;
    }
    if (isFlat(line, trial)) return { trial, looks: rounds + 2 };
    const other = trial.slope * (high.length - low.length) >= 0 ? low : high;
    [a, b] = aIsLow ? [trial, other] : [other, trial];
  }
  return { trial: aIsLow ? a : b, looks: rounds + 1 };
}

/** Keeps a length from creeping along an edge: the second time in a row, and on the edge itself, it moves a tenth of the bracket inside. */
function insideBracket(length: number, shortest: number, longest: number, nearEdge: boolean): { length: number; nearEdge: boolean } {
  const margin = 0.1 * (longest - shortest);
  if (!(Math.min(longest - length, length - shortest) < margin)) return { length, nearEdge: false };
  if (!nearEdge && length < longest && length > shortest) return { length, nearEdge: true };
  const isAbove = Math.abs(length - longest) < Math.abs(length - shortest);
  return { length: isAbove ? longest - margin : shortest + margin, nearEdge: false };
}

/** The minimum of the cubic through two places with their slopes, within bounds; their middle where there is none. */
function cubicMinimum(p: Trial, q: Trial, least: number, most: number): number {
  const [left, right] = p.length <= q.length ? [p, q] : [q, p];
  const bend = p.slope + q.slope - (3 * (p.loss - q.loss)) / (p.length - q.length);
  const square = bend ** 2 - p.slope * q.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const root = Math.sqrt(square);
  const share = (right.slope + root - bend) / (right.slope - left.slope + 2 * root);
  return Math.min(Math.max(right.length - (right.length - left.length) * share, least), most);
}
