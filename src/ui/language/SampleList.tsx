/** What the model makes of one fixed prompt as it learns, step under step, so that one sees the text turn. */
import { useState } from 'react';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format.ts';
import { useShown } from '../use-app.ts';
import buttons from '../layout/buttons.module.css';
import styles from './language.module.css';
import { spread, stepWords, withoutBreaks } from './sample-list.ts';
import type { TokenPicture } from './token-words.ts';
import { spelled } from './token-words.ts';

/** Samples in the short list. */
const few = 6;

/** The list of the present run. */
export function SampleList({ picture }: { readonly picture: TokenPicture }): ReactElement {
  const samples = useShown((state) => state.run?.samples);
  const [all, setAll] = useState(false);
  const [first] = samples ?? [];
  if (samples === undefined || first === undefined) return <p className="learned-caption">The first sample is on its way…</p>;
  const { tokens, promptLength, length, names } = picture;
  const right = promptLength > 0 ? spelled(tokens.subarray(promptLength, length), names) : undefined;
  return (
    <>
      <p className="learned-caption">
        {right === undefined ? (
          <>
            How it goes on from <q>{withoutBreaks(first.prompt)}</q>, always drawn with the same seed at temperature 0.8.
          </>
        ) : (
          <>
            Its likeliest answer to <q>{first.prompt}</q>; right is <q>{right}</q>.
          </>
        )}
      </p>
      <ol className={styles['samples']}>
        {(all ? samples : spread(samples, few)).map((sample) => (
          <li key={sample.step}>
            <span>{stepWords(sample)}</span>
            <p>
              {withoutBreaks(sample.text)}
              {right === sample.text ? <span className="learned-hit"> ✓ right</span> : null}
            </p>
          </li>
        ))}
      </ol>
      {samples.length > few ? (
        <button type="button" className={buttons['button']} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer samples' : `Show all ${formatCount(samples.length)} samples`}
        </button>
      ) : null}
    </>
  );
}
