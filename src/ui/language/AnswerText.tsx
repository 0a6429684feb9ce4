/** The answer to the prompt, as far as it has come, and by which weights and how fast. */
import type { ReactElement } from 'react';
import { formatCount, formatRate } from '../../shared/format.ts';
import type { Writing } from '../../trainer/trainer.ts';
import { useApp } from '../use-app.ts';
import styles from './language.module.css';

const states: Readonly<Record<Writing['state'], string>> = { writing: 'Writing', done: 'Written', stopped: 'Stopped' };

/** `Written with the weights of step 400: 200 tokens, 180 a second.` */
export function answerInWords({ state, step, tokens, tokensPerSecond }: Writing): string {
  const count = `${formatCount(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`;
  const speed = tokensPerSecond > 0 ? `, ${formatRate(tokensPerSecond)} tokens/s` : '';
  return `${states[state]} with the weights of step ${formatCount(step)}: ${count}${speed}.`;
}

/** The text. Its end is announced, not each token. */
export function AnswerText(): ReactElement | null {
  const writing = useApp((state) => state.run?.writing);
  const { prompt, news } = writing ?? {};
  const text = news === undefined || 'refused' in news ? undefined : news;
  return (
    <>
      {text === undefined ? null : (
        <>
          <p className={styles['answer']} role="region" aria-label="Answer">
            <span>{prompt}</span>
            {text.text}
          </p>
          <p className="learned-caption">{answerInWords(text)}</p>
        </>
      )}
      <p className="visually-hidden" aria-live="polite">
        {text === undefined || text.state === 'writing' ? '' : answerInWords(text)}
      </p>
    </>
  );
}
