/** One of several that have no names but their numbers, from 1 on. */
import { useId } from 'react';
import type { ReactElement } from 'react';
import styles from './language.module.css';

interface Props {
  readonly label: string;
  readonly count: number;
  /** From 0 on. */
  readonly value: number;
  readonly onChoose: (value: number) => void;
}

/** The list. */
export function NumberedChoice({ label, count, value, onChoose }: Props): ReactElement {
  const id = useId();
  return (
    <span className={styles['choice']}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(Number(event.target.value))}>
        {Array.from({ length: count }, (_, number) => (
          <option key={number} value={number}>
            {number + 1}
          </option>
        ))}
      </select>
    </span>
  );
}
