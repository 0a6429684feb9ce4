/** Whole numbers in order, typed with commas between them. */
import { useId } from 'react';
import type { ListSpec } from '../../params/kinds.ts';
import type { ParameterId } from '../../params/table.ts';
import { ControlFrame } from './ControlFrame.tsx';
import styles from './controls.module.css';
import { parseList } from './number-input.ts';
import { useDraft } from './use-draft.ts';

/** The control of one list. */
export function ListControl({ id, spec }: { readonly id: ParameterId; readonly spec: ListSpec }) {
  const inputId = useId();
  const { field, message, messageId } = useDraft({
    id,
    spec,
    read: (text) => (/^\s*(none)?\s*$/i.test(text) ? [] : parseList(text)),
    outcome: (shown) => `It stays ${shown}.`,
  });
  return (
    <ControlFrame id={id} spec={spec} htmlFor={inputId}>
      <input id={inputId} className={styles['list-field']} type="text" {...field} />
      <p id={messageId} className={message === undefined ? styles['unit'] : styles['message']} aria-live="polite">
        {message ?? `${spec.unit ?? 'numbers'}, with commas between them`}
      </p>
    </ControlFrame>
  );
}
