/** Whole numbers in order, typed with commas between them. */
import { useId, useState } from 'react';
import { checkValue } from '../../params/check-value.ts';
import type { ListSpec } from '../../params/kinds.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { useActions, useApp } from '../use-app.ts';
import { ControlFrame } from './ControlFrame.tsx';
import styles from './controls.module.css';
import { parseList } from './number-input.ts';
import { wordsFor } from './value-words.ts';

/** The control of one list. */
export function ListControl({ id, spec }: { readonly id: ParameterId; readonly spec: ListSpec }) {
  const inputId = useId();
  const messageId = useId();
  const { setParameter } = useActions();
  const config = useApp((state) => state.config);
  const locked = useApp((state) => state.locked.includes(id));
  const [draft, setDraft] = useState<string>();
  const [message, setMessage] = useState<string>();
  const shown = wordsFor(spec, config[id]);
  const commit = () => {
    if (draft === undefined) return;
    setDraft(undefined);
    const empty = /^\s*(none)?\s*$/i.test(draft);
    const { value, wrong } = checkValue(spec, empty ? [] : parseList(draft), config);
    if (wrong === undefined && value !== undefined) setParameter(id, value as Config[typeof id]);
    setMessage(wrong === undefined ? undefined : `${spec.label}: “${draft.trim().slice(0, 30)}” ${wrong}. It stays ${shown}.`);
  };
  return (
    <ControlFrame id={id} spec={spec} htmlFor={inputId}>
      <input
        id={inputId}
        className={styles['list-field']}
        type="text"
        autoComplete="off"
        spellCheck={false}
        disabled={locked}
        value={draft ?? shown}
        aria-invalid={message === undefined ? undefined : true}
        aria-describedby={messageId}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setDraft(undefined);
        }}
      />
      <p id={messageId} className={message === undefined ? styles['unit'] : styles['message']} aria-live="polite">
        {message ?? `${spec.unit ?? 'numbers'}, with commas between them`}
      </p>
    </ControlFrame>
  );
}
