/** A curve as text, knot by knot, for exact values; it is drawn on the chart, as the line below the field says. */
import { useId, useState } from 'react';
import { checkValue } from '../../params/check-value.ts';
import type { CurveSpec } from '../../params/kinds.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { parseValue } from '../../params/value-text.ts';
import { useActions, useApp } from '../use-app.ts';
import { ControlFrame } from './ControlFrame.tsx';
import styles from './controls.module.css';
import { wordsFor } from './value-words.ts';

/** The control of one curve. */
export function CurveControl({ id, spec }: { readonly id: ParameterId; readonly spec: CurveSpec }) {
  const inputId = useId();
  const messageId = useId();
  const { setParameter } = useActions();
  const config = useApp((state) => state.config);
  const locked = useApp((state) => state.locked.includes(id));
  const [draft, setDraft] = useState<string>();
  const [message, setMessage] = useState<string>();
  const commit = () => {
    if (draft === undefined) return;
    setDraft(undefined);
    const typed = draft
      .trim()
      .split(/[\s,;]+/)
      .join(',');
    const { value, wrong } = checkValue(spec, parseValue(spec, typed), config);
    if (wrong === undefined && value !== undefined) setParameter(id, value as Config[typeof id]);
    setMessage(wrong === undefined ? undefined : `${spec.label}: “${typed.slice(0, 30)}” ${wrong}. It stays as it was.`);
  };
  return (
    <ControlFrame id={id} spec={spec} htmlFor={inputId}>
      <textarea
        id={inputId}
        className={styles['curve-field']}
        rows={3}
        autoComplete="off"
        spellCheck={false}
        disabled={locked}
        value={draft ?? wordsFor(spec, config[id])}
        aria-invalid={message === undefined ? undefined : true}
        aria-describedby={messageId}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            commit();
          }
          if (event.key === 'Escape') setDraft(undefined);
        }}
      />
      <p id={messageId} className={message === undefined ? styles['unit'] : styles['message']} aria-live="polite">
        {message ?? spec.unit}
      </p>
    </ControlFrame>
  );
}
