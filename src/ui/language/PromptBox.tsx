/** A prompt for the model as it now is, whether it trains, rests or has ended; the answer comes token by token. */
import { useId, useState } from 'react';
import type { KeyboardEvent, ReactElement, SyntheticEvent } from 'react';
import { isWriting, whyNoText } from '../../store/language.ts';
import { useActions, useApp } from '../use-app.ts';
import buttons from '../layout/buttons.module.css';
import { AnswerText } from './AnswerText.tsx';
import styles from './language.module.css';
import { SamplingFields } from './SamplingFields.tsx';
import { firstValues } from './sampling-fields.ts';
import type { TokenPicture } from './token-words.ts';
import { spelled } from './token-words.ts';

/** Most characters of a prompt: what lies further back than a context is not seen anyway. */
const longestPrompt = 2000;

/** The box. */
export function PromptBox({ picture }: { readonly picture: TokenPicture }): ReactElement {
  const { promptLength, length, tokens, names } = picture;
  const { write, stopWriting } = useActions();
  const [typed, setTyped] = useState<string>();
  const [values, setValues] = useState(() => firstValues(promptLength > 0 ? length - promptLength : 0));
  const reason = useApp(whyNoText);
  const writing = useApp(isWriting);
  const news = useApp((state) => state.run?.writing?.news);
  const sampled = useApp((state) => state.run?.samples?.[0]?.prompt);
  const ids = { field: useId(), message: useId() };
  const prompt = typed ?? (promptLength > 0 ? spelled(tokens.subarray(0, promptLength), names) : (sampled ?? ''));
  const refused = news !== undefined && 'refused' in news ? news.refused : undefined;
  const generate = () => write({ ...values, prompt });
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (writing) stopWriting();
    else generate();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && reason === undefined) generate();
  };
  return (
    <form className={styles['prompt']} onSubmit={onSubmit}>
      <label htmlFor={ids.field}>{promptLength > 0 ? 'Question, in the symbols of the task' : 'Prompt'}</label>
      <textarea
        id={ids.field}
        rows={promptLength > 0 ? 1 : 2}
        maxLength={longestPrompt}
        spellCheck={false}
        value={prompt}
        aria-invalid={refused === undefined ? undefined : true}
        aria-describedby={ids.message}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p id={ids.message} className={styles['message']} aria-live="polite">
        {refused}
      </p>
      <SamplingFields values={values} onChange={setValues} />
      <div className={styles['row']}>
        <button type="submit" className={writing ? buttons['button'] : buttons['primary']} disabled={!writing && reason !== undefined}>
          {writing ? 'Stop' : 'Generate'}
        </button>
        <p className="learned-caption">{reason ?? 'Ctrl+Enter in the prompt does the same.'}</p>
      </div>
      <AnswerText />
    </form>
  );
}
