/** A text of the user's own: chosen as a file, dropped on the page, or pasted here; and which one is learned now. */
import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { effectiveBatch } from '../../params/effective.ts';
import { formatCount } from '../../shared/format.ts';
import { countedIn } from '../../store/counted.ts';
import { ChooseText } from '../controls/ChooseText.tsx';
import controls from '../controls/controls.module.css';
import { ownTextInWords } from '../controls/window-words.ts';
import { useActions, useApp } from '../use-app.ts';
import styles from './language.module.css';

/** What a pasted text is called. */
const pastedName = 'Pasted text';

/** The box, under the choice of a text. */
export function OwnTextBox(): ReactElement {
  const { takeText } = useActions();
  const own = useApp((state) => state.ownText);
  const problem = useApp((state) => state.textProblem);
  const refused = useApp((state) => state.textRefused);
  const gives = useApp((state) => ownTextInWords(countedIn(state), effectiveBatch(state.config)));
  const [pasted, setPasted] = useState('');
  const [before, setBefore] = useState(own);
  if (own !== before) {
    setBefore(own);
    // What was pasted earlier is not what is learned now.
    if (own?.name !== pastedName) setPasted('');
  }
  const ids = { field: useId(), message: useId() };
  const take = () => {
    const blob = new Blob([pasted]);
    takeText({ name: pastedName, size: blob.size, arrayBuffer: () => blob.arrayBuffer() });
  };
  return (
    <div className={styles['prompt']}>
      <p className="learned-caption" aria-live="polite">
        {own === undefined ? 'No text is here yet.' : `Learning from ${own.name}: ${formatCount(own.characters)} characters.${gives}`}
      </p>
      <label htmlFor={ids.field}>Paste a text</label>
      <textarea
        id={ids.field}
        rows={3}
        spellCheck={false}
        value={pasted}
        aria-invalid={refused === pastedName ? true : undefined}
        aria-describedby={ids.message}
        onChange={(event) => setPasted(event.target.value)}
      />
      <p id={ids.message} className={styles['message']} aria-live="polite">
        {problem}
      </p>
      <div className={styles['row']}>
        <button type="button" className={controls['note-button']} disabled={pasted === ''} onClick={take}>
          Learn from it
        </button>
        <ChooseText className={controls['note-button']} />
      </div>
      <p className={controls['unit']}>
        UTF-8, 1,000 characters to 10 MB; a file may also be dropped on the page. It never leaves this browser.
      </p>
    </div>
  );
}
