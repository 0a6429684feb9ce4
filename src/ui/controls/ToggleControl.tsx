/** On or off. */
import { useId } from 'react';
import type { ToggleSpec } from '../../params/kinds.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { useActions, useApp } from '../use-app.ts';
import { ControlFrame } from './ControlFrame.tsx';
import styles from './choices.module.css';

/** The control of one switch. */
export function ToggleControl({ id, spec }: { readonly id: ParameterId; readonly spec: ToggleSpec }) {
  const inputId = useId();
  const { setParameter } = useActions();
  const on = useApp((state) => state.config[id] === true);
  const locked = useApp((state) => state.locked.includes(id));
  const control = (
    <input
      id={inputId}
      type="checkbox"
      role="switch"
      className={styles['switch']}
      checked={on}
      disabled={locked}
      onChange={(event) => setParameter(id, event.target.checked as Config[typeof id])}
    />
  );
  return <ControlFrame id={id} spec={spec} htmlFor={inputId} aside={control} />;
}
