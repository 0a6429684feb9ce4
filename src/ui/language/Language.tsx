/** What a language model has learned: samples as it learns, a prompt to go on from, held-out text token by token, and where it looks. */
import type { ReactElement } from 'react';
import { isGpt } from '../../params/model-kind.ts';
import { useApp } from '../use-app.ts';
import { metricSentence } from '../views/learned-input.ts';
import type { LearnedInput } from '../views/learned-input.ts';
import { Answers } from './Answers.tsx';
import { AttentionView } from './AttentionView.tsx';
import styles from './language.module.css';
import { Passages } from './Passages.tsx';
import { PromptBox } from './PromptBox.tsx';
import { SampleList } from './SampleList.tsx';
import type { TokenPicture } from './token-words.ts';
import { heldOutInWords, rowCount } from './token-words.ts';

interface Props {
  readonly input: LearnedInput;
  readonly picture: TokenPicture;
}

/** All of it. Another vocabulary, or questions of another length, start it afresh. */
export function Language({ input, picture }: Props): ReactElement {
  const looks = useApp((state) => isGpt(state.config.model));
  return (
    <div key={`${picture.names.join()} ${String(picture.length)}`} className={styles['language']}>
      <section aria-label="Samples">
        <h3>Samples as it learns</h3>
        <SampleList picture={picture} />
      </section>
      <section aria-label="Prompt">
        <h3>{picture.promptLength > 0 ? 'Ask it' : 'Let it write'}</h3>
        <PromptBox picture={picture} />
      </section>
      <section aria-label="Held-out text">
        <h3>{picture.promptLength > 0 ? 'Held-out questions' : 'Held-out text'}</h3>
        <HeldOut input={input} picture={picture} />
        {looks ? <AttentionView picture={picture} /> : null}
      </section>
    </div>
  );
}

function HeldOut({ input, picture }: Props): ReactElement {
  const begins = useApp((state) => (state.config.model === 'pretrained' ? 'pretrained' : 'random'));
  const answers = input.learned?.kind === 'tokens' ? input.learned : undefined;
  if (picture.promptLength > 0)
    return (
      <>
        <Answers picture={picture} answers={answers} />
        <p className="learned-caption">
          {answers === undefined
            ? 'Questions from the validation data; nothing learned yet.'
            : `Each token of an answer is the likeliest after the right ones before it. ${metricSentence(input, 'answers')}`}
        </p>
        <details>
          <summary>Token by token</summary>
          <div className={styles['fold']}>
            <Passages picture={picture} answers={answers} />
          </div>
        </details>
      </>
    );
  return (
    <>
      <Passages picture={picture} answers={answers} />
      <p className="learned-caption">
        {answers === undefined
          ? heldOutInWords(rowCount(picture), begins)
          : `The stronger the colour of a token, the less the model expected it; full colour stands for a probability of 1 % or less. Point at one, tap it, or reach it by Tab and arrow keys, to see what it would rather have read. ${picture.counted ? 'Prompts, which do not count, are underlined with dots. ' : ''}${metricSentence(input, 'passages')}`}
      </p>
    </>
  );
}
