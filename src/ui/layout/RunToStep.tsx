/** A step to run to, typed into a small panel: Enter goes there and rests. What lies behind or beyond is named and nothing moves. */
import { useId, useState } from 'react';
import type { SubmitEvent } from 'react';
import { formatCount } from '../../shared/format.ts';
import { problemOfStep, stepsAhead } from '../../store/steps-ahead.ts';
import type { StepsAhead } from '../../store/steps-ahead.ts';
import { readNumber } from '../controls/number-input.ts';
import { useActions, useApp } from '../use-app.ts';
import buttons from './buttons.module.css';
import panels from './panels.module.css';
import { Popover } from './Popover.tsx';

const label = 'Run to step';

/** The button and its panel. */
export function RunToStep() {
  return (
    <Popover label="To step" name={label}>
      {(close) => <StepForm close={close} />}
    </Popover>
  );
}

function useStepsAhead(): StepsAhead | undefined {
  const run = useApp((state) => state.run);
  const dirty = useApp((state) => state.dirty);
  const description = useApp((state) => state.description);
  return stepsAhead({ dirty, ...(run && { run }), ...(description && { description }) });
}

function StepForm({ close }: { readonly close: () => void }) {
  const { runToStep } = useActions();
  const ahead = useStepsAhead();
  const [message, setMessage] = useState<string>();
  const messageId = useId();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('step');
    const text = typeof typed === 'string' ? typed.trim() : '';
    const step = readNumber(text);
    const wrong = step === undefined ? `${label}: “${text.slice(0, 30)}” is not a number.` : ahead && problemOfStep(label, step, ahead);
    setMessage(wrong);
    if (wrong !== undefined || step === undefined) return;
    runToStep(step);
    close();
  };
  return (
    <form className={panels['step-form']} noValidate onSubmit={submit}>
      <label>
        {label}
        {/* Opening the panel is the wish to type. */}
        <input
          name="step"
          type="text"
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          aria-invalid={message === undefined ? undefined : true}
          aria-describedby={messageId}
        />
      </label>
      <button type="submit" className={buttons['primary']}>
        Go
      </button>
      <p id={messageId} className={message === undefined ? panels['muted'] : panels['step-message']} aria-live="polite">
        {message ?? rangeInWords(ahead)}
      </p>
    </form>
  );
}

function rangeInWords(ahead: StepsAhead | undefined): string {
  if (ahead === undefined) return '';
  const { from, to } = ahead;
  return from >= to ? 'No step lies ahead.' : `${formatCount(from + 1)} to ${formatCount(to)}`;
}
