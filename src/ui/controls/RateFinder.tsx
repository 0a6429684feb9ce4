/** “Find a rate”: a range test on a copy of the run, its chart, and its suggestions to take. The run itself stays as it is. */
import { useId, useState } from 'react';
import { differs } from '../../params/config.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import { isSearching, whyNoRates } from '../../store/rates.ts';
import type { RateTest } from '../../trainer/trainer.ts';
import { useActions, useApp } from '../use-app.ts';
import styles from './rates.module.css';
import { RateChart } from './RateChart.tsx';
import { doubtsAbout, progressOf, suggestionsOf, summaryOf } from './rate-test-model.ts';

/** The button, and what came of it. Absent where the link fixes or hides the rate. */
export function RateFinder() {
  const { findRate, closeRates } = useActions();
  const fixed = useApp(({ locked, hidden }) => locked.includes('learningRate') || hidden.includes('learningRate'));
  const reason = useApp(whyNoRates);
  const searching = useApp(isSearching);
  const news = useApp((state) => state.rates?.news);
  const asked = useApp((state) => state.rates !== undefined);
  const reasonId = useId();
  if (fixed) return null;
  const test = news === undefined || 'failed' in news ? undefined : news;
  const [name, act] = searching ? (['Cancel', closeRates] as const) : (['Find a rate', findRate] as const);
  return (
    <div className={styles['finder']}>
      <div className={styles['row']}>
        <button
          type="button"
          className={styles['button']}
          disabled={!searching && reason !== undefined}
          aria-describedby={reasonId}
          onClick={act}
        >
          {name}
        </button>
        {asked && !searching ? (
          <button type="button" className={styles['button']} aria-label="Put the range test away" onClick={closeRates}>
            Close
          </button>
        ) : null}
        <p id={reasonId} className={styles['note']} aria-live="polite">
          {words(searching, reason, test, asked)}
        </p>
      </div>
      {news !== undefined && 'failed' in news ? <p className={styles['note']}>{`No rates could be tried: ${news.failed}`}</p> : null}
      {test !== undefined && test.points.length > 1 ? <Result test={test} /> : null}
    </div>
  );
}

function words(searching: boolean, reason: string | undefined, test: RateTest | undefined, asked: boolean): string {
  if (searching) return test === undefined ? 'Copying the run…' : `Trying rates on a copy: ${progressOf(test)}.`;
  if (reason !== undefined) return reason;
  if (test !== undefined) return progressOf(test);
  return asked ? '' : 'Raises the rate step by step on a copy of the run, and looks where the loss falls.';
}

function Result({ test }: { readonly test: RateTest }) {
  const { setParameter } = useActions();
  const [asTable, setAsTable] = useState(false);
  // Compared as a whole: any other parameter than the rate makes it the test of another run.
  const outdated = useApp(({ rates, config }) => rates !== undefined && differs(rates.config, config).some((id) => !own.includes(id)));
  const take = (rate: number) => setParameter('learningRate', rate);
  const suggestions = suggestionsOf(test);
  return (
    <section role="group" aria-label="Range test chart" className={styles['result']}>
      <p className="visually-hidden">{summaryOf(test)}</p>
      {asTable ? <RateTable test={test} /> : <RateChart test={test} onTake={take} />}
      <div className={styles['suggestions']}>
        {suggestions.map(({ name, label, line, rate }) => (
          <button key={name} type="button" className={styles['suggestion']} title={line} onClick={() => take(rate)}>
            <span className={styles[`key-${name}`]} aria-hidden="true" />
            {`${label} ${formatNumber(rate)}`}
          </button>
        ))}
        <button
          type="button"
          className={styles['toggle']}
          aria-label={asTable ? 'Show as chart' : 'Show as table'}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'chart' : 'table'}
        </button>
      </div>
      {doubtsAbout(test).map((doubt) => (
        <p key={doubt} className={styles['note']}>
          {doubt}
        </p>
      ))}
      {outdated ? <p className={styles['note']}>The configuration has changed since: find a rate anew.</p> : null}
      <p className={styles['note']}>
        {`It sees only ${formatCount(test.points.length)} steps from step ${formatCount(test.fromStep)} on${test.fromStep === 0 ? ', the start of training' : ''}. For fine-tuning transformers it is unreliable.`}
      </p>
    </section>
  );
}

/** What a test leaves open: the rate, and how the run is watched. */
const own: readonly string[] = ['learningRate', 'pace'];

/** Fifty rows at most. */
function RateTable({ test }: { readonly test: RateTest }) {
  const { length } = test.points;
  const stride = Math.max(1, Math.ceil(length / 50));
  return (
    <div className={styles['table']} tabIndex={0} role="region" aria-label="Range test as a table">
      <table>
        {stride > 1 ? <caption>{`One of every ${formatCount(stride)} steps, of ${formatCount(length)}.`}</caption> : null}
        <thead>
          <tr>
            <th scope="col">rate</th>
            <th scope="col">loss</th>
            <th scope="col">smoothed</th>
          </tr>
        </thead>
        <tbody>
          {test.points
            .filter((_, i) => i % stride === 0)
            .map(({ learningRate, loss, smoothed }) => (
              <tr key={learningRate}>
                <th scope="row">{formatNumber(learningRate)}</th>
                <td>{formatNumber(loss)}</td>
                <td>{formatNumber(smoothed)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
