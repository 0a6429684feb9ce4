/** The numbers that decide how tokens are chosen; each is taken when it is left or Enter is pressed, and says beside it what is wrong. */
import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { numberInWords } from '../../params/value-text.ts';
import { readTyped } from '../controls/number-input.ts';
import styles from './language.module.css';
import type { SamplingField, SamplingValues } from './sampling-fields.ts';
import { samplingFields } from './sampling-fields.ts';

interface Props {
  readonly values: SamplingValues;
  readonly onChange: (values: SamplingValues) => void;
}

/** All of them. */
export function SamplingFields({ values, onChange }: Props): ReactElement {
  return (
    <div className={styles['fields']}>
      {samplingFields.map((field) => (
        <Field key={field.id} field={field} value={values[field.id]} onTake={(value) => onChange({ ...values, [field.id]: value })} />
      ))}
    </div>
  );
}

interface FieldProps {
  readonly field: SamplingField;
  readonly value: number;
  readonly onTake: (value: number) => void;
}

function Field({ field, value, onTake }: FieldProps): ReactElement {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const [message, setMessage] = useState<string>();
  const commit = () => {
    if (draft === undefined) return;
    const typed = readTyped(field, field.max, draft, value);
    setDraft(undefined);
    setMessage('message' in typed ? typed.message : undefined);
    if ('value' in typed) onTake(typed.value);
  };
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{field.label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        value={draft ?? numberInWords(value)}
        aria-invalid={message === undefined ? undefined : true}
        aria-describedby={`${id}-note`}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setDraft(undefined);
          if (event.key !== 'Enter' || draft === undefined) return;
          // Enter takes the number; a second one sends the prompt.
          event.preventDefault();
          commit();
        }}
      />
      <p id={`${id}-note`} className={message === undefined ? undefined : styles['message']} aria-live="polite">
        {message ?? field.note(value)}
      </p>
    </div>
  );
}
