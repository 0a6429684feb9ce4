/** A text of the user's own: chosen as a file, dropped on the page, or pasted here; and which one is learned now. */
import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format.ts';
import { ChooseText } from '../controls/ChooseText.tsx';
import controls from '../controls/controls.module.css';
import { useActions, useApp } from '../use-app.ts';
import styles from './language.module.css';

/** The box, under the choice of a text. */
export function OwnTextBox(): ReactElement {
  const { takeText } = useActions();
  const own = useApp((state) => state.ownText);
  const problem = useApp((state) => state.textProblem);
  const [pasted, setPasted] = useState('');
  const ids = { field: useId(), message: useId() };
  const take = () => {
    const blob = new Blob([pasted]);
    takeText({ name: 'Pasted text', size: blob.size, arrayBuffer: () => blob.arrayBuffer() });
  };
  return (
    <div className={styles['prompt']}>
      <p className="learned-caption" aria-live="polite">
        {own === undefined ? 'No text is here yet.' : `Learning from ${own.name}: ${formatCount(own.characters)} characters.`}
      </p>
      <label htmlFor={ids.field}>Paste a text</label>
      <textarea
        id={ids.field}
        rows={3}
        spellCheck={false}
        value={pasted}
        aria-invalid={problem === undefined ? undefined : true}
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
