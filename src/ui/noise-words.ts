/** The gradient noise scale in words, beside the batch size and on its chart. */
import { formatCount, formatNumber } from '../shared/format.ts';
import type { Evaluation } from '../trainer/trainer.ts';

/** An estimate with its 95 % interval: `≈ 120 (60–300)`; as a bound where no more is known. */
export function noiseScaleText({ scale, low, high }: NonNullable<Evaluation['noise']>): string {
  const short = (value: number) => formatNumber(value, 2);
  if (!Number.isFinite(scale)) return low > 0 ? `above ${short(low)}` : 'not known yet: no signal stands out of the noise';
  return Number.isFinite(high) ? `≈ ${short(scale)} (${short(low)}–${short(high)})` : `≈ ${short(scale)} (${short(low)} or more)`;
}

/** What it means for the batch at hand. */
export function noiseAdvice(noise: NonNullable<Evaluation['noise']>, batch: number): string {
  const { low, high } = noise;
  if (batch > high) return `a batch of ${formatCount(batch)} is larger than pays for itself`;
  if (batch < low) return `a batch of ${formatCount(batch)} lies below it and wastes little`;
  return 'batches well below it waste little';
}
