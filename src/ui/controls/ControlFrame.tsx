/**
 * What stands around every control: its label and symbol, a dot that takes a change back, whether it acts live or starts
 * a new run, and the disclosure of its help. The control itself is the child. The lower edge leaves room for a strip.
 */
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { defaultOf, sameValue } from '../../params/config.ts';
import type { Spec } from '../../params/kinds.ts';
import type { ParameterId } from '../../params/table.ts';
import { useActions, useApp } from '../use-app.ts';
import styles from './controls.module.css';
import { consequenceOf } from './consequences.ts';
import { Help } from './Help.tsx';
import { LockMark, lockWords } from './LockMark.tsx';
import { wordsFor } from './value-words.ts';

interface FrameProps {
  readonly id: ParameterId;
  readonly spec: Spec;
  /** Element that the label names; absent where the label is referred to instead. */
  readonly htmlFor?: string;
  readonly labelId?: string;
  /** Stands on the line of the label, at its end. */
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

/** The frame of one control. */
export function ControlFrame({ id, spec, htmlFor, labelId, aside, children }: FrameProps) {
  const [open, setOpen] = useState(false);
  const helpId = useId();
  const ownId = useId();
  const nameId = labelId ?? ownId;
  const locked = useApp((state) => state.locked.includes(id));
  // A number that a teacher has taken off the page must not show in what it leads to.
  const consequence = useApp((state) => (state.hidden.length > 0 ? undefined : consequenceOf(id, state.config)));
  return (
    <div className={styles['control']} data-parameter={id}>
      <div className={styles['head']}>
        <span className={styles['name']}>
          {htmlFor === undefined ? (
            <span id={nameId}>{spec.label}</span>
          ) : (
            <label id={nameId} htmlFor={htmlFor}>
              {spec.label}
            </label>
          )}
          {spec.symbol === undefined ? null : <i className={styles['symbol']}>{spec.symbol}</i>}
          {locked ? <LockMark words={lockWords([spec.label])} /> : <ResetDot id={id} spec={spec} />}
        </span>
        <span className={spec.applies === 'live' ? styles['live'] : styles['restarts']}>
          {spec.applies === 'live' ? 'live' : 'restarts'}
        </span>
        <button
          type="button"
          className={styles['help-button']}
          aria-label="Help"
          aria-describedby={nameId}
          aria-expanded={open}
          aria-controls={open ? helpId : undefined}
          onClick={() => setOpen(!open)}
        >
          ?
        </button>
        {aside}
      </div>
      {children}
      {consequence === undefined ? null : <p className={styles['unit']}>{consequence}</p>}
      {open ? <Help id={helpId} spec={spec} more /> : null}
    </div>
  );
}

function ResetDot({ id, spec }: { readonly id: ParameterId; readonly spec: Spec }) {
  const { resetParameter } = useActions();
  const config = useApp((state) => state.config);
  const standard = defaultOf(id, config);
  if (sameValue(config[id], standard)) return null;
  const words = `Use the default for ${spec.label}, ${wordsFor(spec, standard)}`;
  return (
    <button type="button" className={styles['dot']} aria-label={words} title={words} onClick={() => resetParameter(id)}>
      <span aria-hidden="true" />
    </button>
  );
}
