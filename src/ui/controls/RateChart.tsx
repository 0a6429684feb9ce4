/** The loss of a range test against the rate: raw and smoothed, its suggestions marked. A place on it is taken by click, or by arrows and Enter. */
import { useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { parameters } from '../../params/table.ts';
import { formatNumber } from '../../shared/format.ts';
import type { RateTest } from '../../trainer/trainer.ts';
import { formatTick, fractionOf, ticksOf, valueAt } from '../charts/scale.ts';
import { pictureOf, roundedRate, suggestionsOf } from './rate-test-model.ts';
import type { RatePicture } from './rate-test-model.ts';
import styles from './rates.module.css';

interface RateChartProps {
  readonly test: RateTest;
  readonly onTake: (rate: number) => void;
}

const { min, max } = parameters.learningRate;

/** The chart. */
export function RateChart({ test, onTake }: RateChartProps) {
  const [place, setPlace] = useState<number>();
  const picture = pictureOf(test, min, max);
  const rateUnder = (event: MouseEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return rateAt((event.clientX - left) / width);
  };
  return (
    <div className={styles['chart']}>
      <span className={styles['y-high']} aria-hidden="true">
        {formatTick(picture.y.high)}
      </span>
      <span className={styles['y-low']} aria-hidden="true">
        {formatTick(picture.y.low)}
      </span>
      <div
        className={styles['plot']}
        role="slider"
        tabIndex={0}
        aria-label="Learning rate on the range test; Enter takes it"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={place === undefined ? 0 : Math.round(100 * fractionOf(picture.x, place))}
        aria-valuetext={place === undefined ? 'no rate chosen' : readout(test, place)}
        onPointerMove={(event) => setPlace(rateUnder(event))}
        onPointerLeave={() => setPlace(undefined)}
        onClick={(event) => onTake(rateUnder(event))}
        onBlur={() => setPlace(undefined)}
        onKeyDown={(event) => moveByKey(event, picture, place, setPlace, onTake)}
      >
        <Lines test={test} picture={picture} place={place} />
      </div>
      <Ticks picture={picture} />
      <p className={styles['readout']} aria-hidden="true">
        {place === undefined ? 'loss against learning rate' : readout(test, place)}
      </p>
    </div>
  );
}

function rateAt(fraction: number): number {
  return roundedRate(valueAt({ kind: 'log', low: min, high: max }, Math.min(1, Math.max(0, fraction))));
}

function moveByKey(
  event: KeyboardEvent,
  { x }: RatePicture,
  place: number | undefined,
  setPlace: (place: number | undefined) => void,
  onTake: (rate: number) => void,
): void {
  const now = place === undefined ? 0.5 : fractionOf(x, place);
  // Of two digits the coarsest step, from 1 to 1.1, is a hundred-and-seventieth of the axis: every press moves.
  const stride = event.shiftKey ? 0.1 : 0.01;
  const target = { ArrowLeft: now - stride, ArrowDown: now - stride, ArrowRight: now + stride, ArrowUp: now + stride, Home: 0, End: 1 }[
    event.key
  ];
  if (event.key === 'Escape') setPlace(undefined);
  if (event.key === 'Enter' && place !== undefined) onTake(place);
  if (target === undefined) return;
  event.preventDefault();
  setPlace(rateAt(target));
}

function readout({ points }: RateTest, rate: number): string {
  const nearest = points.reduce<RateTest['points'][number] | undefined>(
    (best, point) =>
      best === undefined || Math.abs(Math.log(point.learningRate / rate)) < Math.abs(Math.log(best.learningRate / rate)) ? point : best,
    undefined,
  );
  const beyond = (points.at(-1)?.learningRate ?? 0) < rate / 1.2;
  const loss = nearest === undefined || beyond ? 'not reached' : `smoothed loss ${formatNumber(nearest.smoothed)}`;
  return `rate ${formatNumber(rate)} · ${loss}`;
}

function Lines({ test, picture, place }: { readonly test: RateTest; readonly picture: RatePicture; readonly place: number | undefined }) {
  const at = (rate: number) => 100 * fractionOf(picture.x, rate);
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path className={styles['raw']} d={picture.raw} />
      <path className={styles['smoothed']} d={picture.smoothed} />
      {suggestionsOf(test).map(({ name, rate }) => (
        <line key={name} className={styles[`mark-${name}`]} x1={at(rate)} x2={at(rate)} y1={0} y2={100} />
      ))}
      {place === undefined ? null : <line className={styles['cursor']} x1={at(place)} x2={at(place)} y1={0} y2={100} />}
    </svg>
  );
}

function Ticks({ picture: { x } }: { readonly picture: RatePicture }) {
  return (
    <div className={styles['ticks']} aria-hidden="true">
      {ticksOf(x, 4).map((tick) => (
        <span key={tick} style={{ '--at': fractionOf(x, tick) }}>
          {formatTick(tick)}
        </span>
      ))}
    </div>
  );
}
