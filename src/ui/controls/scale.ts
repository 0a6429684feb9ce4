/**
 * A slider's track as numbers: where a value stands on it, and which value a place on it means.
 * Idea: everything goes through a fraction 0…1 of the track; values under the thumb are rounded to few figures, because
 * nobody wants 0.0299853. Typed values are never rounded.
 */
import type { NumberSpec } from '../../params/kinds.ts';

/** The part of a declaration that lays out a track. `max` is the largest value allowed in this configuration. */
export type Track = Pick<NumberSpec, 'min' | 'max' | 'scale' | 'smallest' | 'step' | 'integer' | 'snap'>;

/** Positions of the range input: fine enough for the eye, coarse enough for arrow keys. */
export const trackSteps = 240;

/** Share of a `zeroLog` track that means 0. */
const zeroShare = 0.04;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Where on the track `value` stands, 0…1; values beyond the ends stand at the end. */
export function fractionOf(track: Track, value: number): number {
  const { min, max } = track;
  if (max <= min) return 0;
  switch (track.scale) {
    case 'linear':
      return clamp((value - min) / (max - min), 0, 1);
    case 'log':
      return clamp(Math.log(value / min) / Math.log(max / min), 0, 1);
    case 'zeroLog': {
      const smallest = smallestOf(track);
      if (value < smallest) return 0;
      return clamp(zeroShare + (1 - zeroShare) * (Math.log(value / smallest) / Math.log(max / smallest)), 0, 1);
    }
    case 'nearOne':
      return clamp(Math.log((1 - value) / (1 - min)) / Math.log((1 - max) / (1 - min)), 0, 1);
  }
}

/** The value at `fraction` of the track, in `figures` significant figures where the scale is not linear. */
export function valueAt(track: Track, fraction: number, figures = 2): number {
  const { min, max } = track;
  if (fraction <= 0) return min;
  if (fraction >= 1) return max;
  const raw = rawAt(track, fraction, figures);
  const whole = track.integer ? Math.round(raw) : raw;
  const meant = track.snap === undefined ? whole : track.snap(whole);
  return clamp(meant, min, max);
}

/** As `valueAt`, but a movement of the thumb always moves the value, if only to its neighbour. */
export function movedTo(track: Track, current: number, fraction: number): number {
  const from = fractionOf(track, current);
  const value = valueAt(track, fraction);
  if (Math.abs(fraction - from) < 1e-12) return value;
  const direction = Math.sign(fraction - from);
  if ((value - current) * direction > 0) return value;
  return clamp(neighbour(track, current, fraction, direction), track.min, track.max);
}

function neighbour(track: Track, current: number, fraction: number, direction: number): number {
  if (track.integer) return current + direction;
  if (track.scale === 'linear') return rounded(current + direction * (track.step ?? 0), 10);
  if (track.scale === 'zeroLog' && current < smallestOf(track)) return direction > 0 ? smallestOf(track) : 0;
  return valueAt(track, fraction, 4);
}

/** Values worth a mark under the track: its ends, and round ones between. */
export function ticksOf(track: Track): readonly number[] {
  const { min, max } = track;
  if (track.scale === 'linear' || track.scale === 'nearOne') return [min, max];
  const low = track.scale === 'zeroLog' ? smallestOf(track) : min;
  const decades = Math.log10(max / low);
  if (decades < 3) return [min, max];
  const every = Math.ceil(decades / 4);
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const inner: number[] = [];
  for (let decade = first + every; decade <= Math.log10(max) - every * 0.45; decade += every) inner.push(Number(`1e${String(decade)}`));
  return [min, ...inner, max];
}

function smallestOf(track: Track): number {
  return track.smallest ?? (track.min > 0 ? track.min : track.max * 1e-6);
}

function rawAt(track: Track, fraction: number, figures: number): number {
  const { min, max } = track;
  switch (track.scale) {
    case 'linear': {
      const raw = min + fraction * (max - min);
      return track.step === undefined ? rounded(raw, 4) : rounded(min + Math.round((raw - min) / track.step) * track.step, 10);
    }
    case 'log':
      return rounded(min * (max / min) ** fraction, figures);
    case 'zeroLog': {
      const smallest = smallestOf(track);
      const beyond = (fraction - zeroShare) / (1 - zeroShare);
      return beyond < 0 ? 0 : rounded(smallest * (max / smallest) ** beyond, figures);
    }
    case 'nearOne':
      return rounded(1 - rounded((1 - min) * ((1 - max) / (1 - min)) ** fraction, figures), 12);
  }
}

function rounded(value: number, figures: number): number {
  return Number(value.toPrecision(figures));
}
