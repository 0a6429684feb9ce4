/**
 * A field that holds what is being typed until Enter or leaving it; Escape gives it up. What cannot be taken is told below it, and the value stays.
 */
import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { checkValue } from '../../params/check-value.ts';
import type { CurveSpec, ListSpec } from '../../params/kinds.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { useActions, useApp } from '../use-app.ts';
import { wordsFor } from './value-words.ts';

interface DraftOptions {
  readonly id: ParameterId;
  readonly spec: ListSpec | CurveSpec;
  /** What the text stands for, of whatever kind; the check decides. */
  readonly read: (text: string) => unknown;
  /** The end of a complaint: what becomes of the value. */
  readonly outcome: (shown: string) => string;
}

/** Properties for the field, and the complaint about what was typed last. */
export function useDraft({ id, spec, read, outcome }: DraftOptions) {
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
    const { value, wrong } = checkValue(spec, read(draft), config);
    if (wrong === undefined && value !== undefined) setParameter(id, value as Config[typeof id]);
    setMessage(wrong === undefined ? undefined : `${spec.label}: “${draft.trim().slice(0, 30)}” ${wrong}. ${outcome(shown)}`);
  };
  const field = {
    autoComplete: 'off',
    spellCheck: false,
    disabled: locked,
    value: draft ?? shown,
    'aria-invalid': message === undefined ? undefined : true,
    'aria-describedby': messageId,
    onChange: (event: { readonly target: { readonly value: string } }) => setDraft(event.target.value),
    onBlur: commit,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') {
        // In a field of several lines it would be one more.
        event.preventDefault();
        commit();
      }
      if (event.key === 'Escape') setDraft(undefined);
    },
  } as const;
  return { field, message, messageId };
}
