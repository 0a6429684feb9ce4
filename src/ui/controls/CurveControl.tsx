/** A curve as text, knot by knot, for exact values; it is drawn on the chart, as the line below the field says. */
import { useId } from 'react';
import type { CurveSpec } from '../../params/kinds.ts';
import type { ParameterId } from '../../params/table.ts';
import { parseValue } from '../../params/value-text.ts';
import { ControlFrame } from './ControlFrame.tsx';
import styles from './controls.module.css';
import { useDraft } from './use-draft.ts';

/** The control of one curve. */
export function CurveControl({ id, spec }: { readonly id: ParameterId; readonly spec: CurveSpec }) {
  const inputId = useId();
  const { field, message, messageId } = useDraft({
    id,
    spec,
    read: (text) => parseValue(spec, knotsWithCommas(text)),
    // Its knots would fill the line.
    outcome: () => 'It stays as it was.',
  });
  return (
    <ControlFrame id={id} spec={spec} htmlFor={inputId}>
      <textarea id={inputId} className={styles['curve-field']} rows={3} {...field} />
      <p id={messageId} className={message === undefined ? styles['unit'] : styles['message']} aria-live="polite">
        {message ?? spec.unit}
      </p>
    </ControlFrame>
  );
}

/** Blanks, line ends and semicolons may stand between knots as well. */
function knotsWithCommas(text: string): string {
  return text
    .trim()
    .split(/[\s,;]+/)
    .join(',');
}
