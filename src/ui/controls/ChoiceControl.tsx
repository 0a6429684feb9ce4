/** One of several: chips where they fit, a list where they are many. Options that do not go with the rest are not offered. */
import { useId } from 'react';
import type { ChoiceSpec } from '../../params/kinds.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { useActions, useApp } from '../use-app.ts';
import { ControlFrame } from './ControlFrame.tsx';
import chipStyles from './choices.module.css';
import styles from './controls.module.css';

/** More options than this make a list. */
const mostChips = 7;

interface ChoiceProps {
  readonly id: ParameterId;
  readonly spec: ChoiceSpec;
}

/** The control of one choice. */
export function ChoiceControl({ id, spec }: ChoiceProps) {
  return spec.options.length > mostChips ? <ListChoice id={id} spec={spec} /> : <ChipChoice id={id} spec={spec} />;
}

function useChoice({ id, spec }: ChoiceProps) {
  const config = useApp((state) => state.config);
  const locked = useApp((state) => state.locked.includes(id));
  const { setParameter } = useActions();
  return {
    value: String(config[id]),
    locked,
    options: spec.options.filter((option) => spec.available(option.value, config)),
    choose: (value: string) => setParameter(id, value as Config[typeof id]),
  };
}

function ListChoice({ id, spec }: ChoiceProps) {
  const { value, locked, options, choose } = useChoice({ id, spec });
  const inputId = useId();
  return (
    <ControlFrame id={id} spec={spec} htmlFor={inputId}>
      <select id={inputId} className={styles['select']} value={value} disabled={locked} onChange={(event) => choose(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <p className={styles['unit']}>{options.find((option) => option.value === value)?.line}</p>
    </ControlFrame>
  );
}

function ChipChoice({ id, spec }: ChoiceProps) {
  const { value, locked, options, choose } = useChoice({ id, spec });
  const labelId = useId();
  return (
    <ControlFrame id={id} spec={spec} labelId={labelId}>
      <div role="radiogroup" aria-labelledby={labelId} className={chipStyles['chips']}>
        {options.map((option) => (
          <label key={option.value} className={chipStyles['chip']} title={option.line}>
            <input
              type="radio"
              className="covering-input"
              name={labelId}
              value={option.value}
              checked={option.value === value}
              disabled={locked}
              onChange={() => choose(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {spec.saysLine ? <p className={styles['unit']}>{options.find((option) => option.value === value)?.line}</p> : null}
    </ControlFrame>
  );
}
