/** A number: a slider on its scale, and a field that takes any number typed. */
import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { rangeOf } from '../../params/check-value.ts';
import type { NumberSpec } from '../../params/kinds.ts';
import { paceFlatOut } from '../../params/groups/engine.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { numberInWords } from '../../params/value-text.ts';
import { useActions, useApp } from '../use-app.ts';
import { countedIn } from '../../store/counted.ts';
import { ControlFrame } from './ControlFrame.tsx';
import styles from './controls.module.css';
import { readNumber, readTyped } from './number-input.ts';
import { fractionOf, movedTo, ticksOf, type Track, trackSteps } from './scale.ts';
import sliderStyles from './slider.module.css';
import { spokenValue } from './value-words.ts';
import { windowsInWords } from './window-words.ts';

interface NumberProps {
  readonly id: ParameterId;
  readonly spec: NumberSpec;
}

/** The control of one number. */
export function NumberControl({ id, spec }: NumberProps) {
  const inputId = useId();
  const messageId = useId();
  const { setParameter } = useActions();
  const config = useApp((state) => state.config);
  const fixed = spec.fixed?.(config);
  const locked = useApp((state) => state.locked.includes(id)) || fixed !== undefined;
  const [message, setMessage] = useState<string>();
  const available = useApp((state) => (id === 'trainingSize' ? countedIn(state)?.available : undefined));
  const range = rangeOf(spec, config);
  // A text that has been read says itself how many windows there are: those are all that can be asked for.
  const track: Track = { ...spec, min: range.min, max: Math.max(range.min, Math.min(range.max, available ?? Infinity)) };
  const value = Math.min(Number(config[id]), available ?? Infinity);
  const because = spec.limitBecause?.(config);
  const set = (next: number) => {
    setMessage(undefined);
    if (next !== value) setParameter(id, next as Config[typeof id]);
  };
  const take = (text: string) => {
    const typed = readTyped(spec, track.max, text, value);
    const isOver = (readNumber(text) ?? 0) > track.max;
    if ('value' in typed) set(typed.value);
    else setMessage(isOver && because !== undefined ? `${typed.message} ${capitalized(because)}.` : typed.message);
  };
  return (
    <ControlFrame
      id={id}
      spec={spec}
      htmlFor={inputId}
      aside={
        <Field
          key={value}
          id={inputId}
          value={value}
          disabled={locked}
          messageId={message === undefined ? undefined : messageId}
          onTake={take}
          onGiveUp={() => setMessage(undefined)}
        />
      }
    >
      {track.max > track.min ? <Slider spec={spec} track={track} value={value} disabled={locked} onMove={set} /> : null}
      <p id={messageId} className={styles['message']} aria-live="polite">
        {message}
      </p>
      <p className={styles['unit']}>
        {fixed?.because ??
          (because !== undefined && value >= track.max ? `${capitalized(because)}.` : note(id, spec, value, config, available))}
      </p>
    </ControlFrame>
  );
}

function capitalized(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}

function note(id: ParameterId, spec: NumberSpec, value: number, config: Config, available: number | undefined): string {
  if (value === 0 && spec.zero !== undefined) return `0 = ${spec.zero}`;
  if (id === 'pace' && value >= paceFlatOut) return 'flat out';
  if (id === 'trainingSize' && config.task === 'text') return windowsInWords(config, available);
  return spec.unit ?? '';
}

interface FieldProps {
  readonly id: string;
  readonly value: number;
  readonly disabled: boolean;
  readonly messageId: string | undefined;
  readonly onTake: (text: string) => void;
  readonly onGiveUp: () => void;
}

/** Holds what is being typed until Enter or leaving the field; Escape gives it up. */
function Field({ id, value, disabled, messageId, onTake, onGiveUp }: FieldProps) {
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft === undefined) return;
    setDraft(undefined);
    onTake(draft);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    if (event.key !== 'Escape') return;
    setDraft(undefined);
    onGiveUp();
  };
  return (
    <input
      id={id}
      className={styles['field']}
      type="text"
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      disabled={disabled}
      value={draft ?? numberInWords(value)}
      aria-invalid={messageId === undefined ? undefined : true}
      aria-describedby={messageId}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

interface SliderProps {
  readonly spec: NumberSpec;
  readonly track: Track;
  readonly value: number;
  readonly disabled: boolean;
  readonly onMove: (value: number) => void;
}

function Slider({ spec, track, value, disabled, onMove }: SliderProps) {
  const fraction = fractionOf(track, value);
  return (
    <div className={sliderStyles['slider']}>
      <input
        type="range"
        min={0}
        max={trackSteps}
        step={1}
        disabled={disabled}
        value={Math.round(fraction * trackSteps)}
        aria-label={`${spec.label} slider`}
        aria-valuetext={spokenValue(spec, value)}
        style={{ '--filled': `${String(fraction * 100)}%` }}
        onChange={(event) => onMove(movedTo(track, value, Number(event.target.value) / trackSteps))}
      />
      {spec.scale === 'log' || spec.scale === 'zeroLog' ? <Ticks track={track} /> : null}
    </div>
  );
}

function Ticks({ track }: { readonly track: Track }) {
  return (
    <span className={sliderStyles['ticks']} aria-hidden="true">
      {ticksOf(track).map((tick) => (
        <span key={tick} style={{ '--at': fractionOf(track, tick) }}>
          {shortTick(tick)}
        </span>
      ))}
    </span>
  );
}

function shortTick(tick: number): string {
  if (tick === 0 || (tick >= 0.01 && tick < 10_000)) return numberInWords(tick);
  const exponent = Math.log10(tick);
  return Number.isInteger(exponent) ? `10${superscript(exponent)}` : numberInWords(tick);
}

function superscript(whole: number): string {
  return String(whole).replace(/[-\d]/g, (sign) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '⁻');
}
