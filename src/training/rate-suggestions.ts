/**
 * What a learning-rate range test (Smith 2015) suggests: the smoothed loss, and three readings of its curve over the logarithm of the rate.
 * Smoothing, trimming and the three rules are those of fastai's `lr_find`, save that “steepest” is looked for left of the minimum only
 * (past it the loss of a run that blows up can fall steeply by chance) and over a stretch (between neighbours it finds the noise of the start). A curve that is flat or never below its start has no minimum to go by.
 */

/** Weight of the past in the smoothed loss. */
const keep = 0.98;

/** The test ends once the smoothed loss is above this many times its lowest. */
const tooHigh = 4;

/** Points left out at the end: there the loss is on its way up already. */
const lastPoints = 5;

/** Share of the planned points over which a slope is taken. */
const stretch = 0.05;

/** Fewer points than this have no shape to read, and nor has a curve that moves by less than this share. */
const fewest = 5;
const flat = 1e-6;

/** How many standard errors a fall must have to be more than chance. */
const clear = 3;

/**
 * Whether the smoothed loss of a test planned for `planned` steps falls by no more than its batches differ: what is read from it then is noise. Their
 * scatter σ is that of neighbours, √(mean (Δloss)²/2), up to the lowest point. The curve is looked at from a tenth of the steps on, where the average
 * is that of as many losses; later on its variance is σ²·(1 − 0.98)/(1 + 0.98).
 */
export function isWithinNoise(losses: readonly number[], smoothed: readonly number[], planned: number): boolean {
  const from = Math.floor(planned / 10);
  const y = smoothed.slice(from, smoothed.length - lastPoints);
  if (y.length < fewest) return true;
  const lowest = Math.min(...y);
  const minimum = y.indexOf(lowest);
  const fall = Math.max(...y.slice(0, minimum + 1)) - lowest;
  const differences = losses.slice(1, from + minimum + 1).map((loss, i) => loss - (losses[i] ?? loss));
  const scatter = Math.sqrt(differences.reduce((sum, change) => sum + change * change, 0) / 2 / Math.max(1, differences.length));
  return fall <= clear * scatter * Math.sqrt(1 / from + (1 - keep) / (1 + keep));
}

/** A moving average of losses, corrected for its start at zero, and whether it has risen too far. */
export class SmoothedLoss {
  private average = 0;
  private count = 0;
  private lowest = Infinity;
  private last = 0;

  /** Takes in a loss; returns the smoothed one. */
  add(loss: number): number {
    this.count++;
    this.average = keep * this.average + (1 - keep) * loss;
    this.last = this.average / (1 - keep ** this.count);
    this.lowest = Math.min(this.lowest, this.last);
    return this.last;
  }

  /** The smoothed loss is above four times its lowest. */
  get hasRisen(): boolean {
    return this.last > tooHigh * this.lowest;
  }
}

/** Rates to choose from. A rule that finds nothing is absent. */
export interface RateSuggestions {
  /** A tenth of the rate with the lowest loss; not below the lowest rate tried. */
  readonly tenthOfMinimum?: number;
  /** Where the loss falls fastest, left of the minimum. */
  readonly steepest?: number;
  /** Two thirds into the longest way down. */
  readonly valley?: number;
}

/** Reads `rates` (rising) and `smoothed` losses, one a step, of a test planned for `planned` steps. */
export function suggestRates(rates: readonly number[], smoothed: readonly number[], planned: number): RateSuggestions {
  const [from, to] = [Math.floor(planned / 10), smoothed.length - lastPoints];
  const [x, y] = [rates.slice(from, to), smoothed.slice(from, to)];
  const [lowest, highest] = [Math.min(...y), Math.max(...y)];
  if (y.length < fewest || highest - lowest <= flat * Math.abs(highest)) return {};
  const minimum = y.indexOf(lowest);
  const steepest = steepestBefore(y, minimum, Math.floor(planned * stretch));
  const valley = valleyOf(y);
  return {
    // A loss that is lowest where it begins has not been brought down by any rate.
    ...(minimum > 0 ? found('tenthOfMinimum', Math.max((x[minimum] ?? 0) / 10, rates[0] ?? 0)) : {}),
    ...found('steepest', x[steepest ?? -1]),
    ...found('valley', x[valley ?? -1]),
  };
}

function found(name: keyof RateSuggestions, rate: number | undefined): RateSuggestions {
  return rate === undefined ? {} : { [name]: rate };
}

/** Index in the middle of the stretch of `span` steps, none of it right of the minimum, over which the loss falls most; none if it falls over none. */
function steepestBefore(y: readonly number[], minimum: number, span: number): number | undefined {
  let [deepest, best] = [0, undefined as number | undefined];
  // The rates stand at equal distances of their logarithm: the deepest fall is the steepest.
  for (let i = 0; i + span <= minimum; i++) {
    const change = (y[i + span] ?? 0) - (y[i] ?? 0);
    if (change < deepest) [deepest, best] = [change, i + Math.floor(span / 2)];
  }
  return best;
}

/**
 * The longest falling subsequence of losses, ups between them passed over; the middle of its middle third, rounded down twice as fastai does.
 * None if the loss never falls.
 */
function valleyOf(y: readonly number[]): number | undefined {
  const lengths = y.map(() => 1);
  let end = 0;
  for (const [i, loss] of y.entries()) {
    for (let j = 0; j < i; j++) if (loss < (y[j] ?? 0)) lengths[i] = Math.max(lengths[i] ?? 1, (lengths[j] ?? 0) + 1);
    if ((lengths[i] ?? 0) > (lengths[end] ?? 0)) end = i;
  }
  const length = lengths[end] ?? 1;
  if (length < 2) return undefined;
  // fastai takes the length of the subsequence for its extent, so that ups within it move the start to the right.
  const third = length / 3;
  return Math.max(0, end - length + Math.floor(third) + Math.floor(third / 2));
}
