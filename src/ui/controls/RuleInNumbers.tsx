/** The rule of the chosen optimizer, and on request what the last step did to one weight: the same lines with its numbers. */
import { useEffect, useId, useState } from 'react';
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { WeightStep } from '../../trainer/trainer.ts';
import { useActions, useApp, useShown } from '../use-app.ts';
import styles from './rule.module.css';
import { axisNames, indexOf, placeIn, tensorName } from './weight-places.ts';
import type { Tensors, WeightPlace } from './weight-places.ts';

const digits = 4;

/** The lines, and a disclosure of their numbers. Absent while the optimizer is hidden: a link must not give it away. */
export function RuleInNumbers() {
  const [open, setOpen] = useState(false);
  const bodyId = useId();
  const hidden = useApp((state) => state.hidden.includes('optimizer'));
  const description = useApp((state) => state.description);
  if (hidden || description === undefined) return null;
  return (
    <div className={styles['rule']}>
      {open ? null : <Lines lines={description.rule} />}
      <button type="button" className={styles['button']} aria-expanded={open} aria-controls={bodyId} onClick={() => setOpen(!open)}>
        The rule with the numbers of one weight
      </button>
      <div id={bodyId} hidden={!open}>
        {open ? <Watched tensors={description.tensors} rule={description.rule} /> : null}
      </div>
    </div>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className={styles['lines']} aria-label="Rule of the optimizer">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Watched({ tensors, rule }: { readonly tensors: Tensors; readonly rule: readonly string[] }) {
  const { watchWeight } = useActions();
  const [wanted, setWanted] = useState<WeightPlace>({ tensor: 0, at: [] });
  const place = placeIn(tensors, wanted);
  const index = indexOf(tensors, place);
  const step = useShown((state) => (state.run?.weightStep?.index === index ? state.run.weightStep : undefined));
  useEffect(() => {
    watchWeight(index);
    return () => watchWeight(undefined);
  }, [watchWeight, index]);
  return (
    <div className={styles['watched']}>
      <Chooser tensors={tensors} place={place} onChoose={setWanted} />
      {step === undefined ? (
        <>
          <Lines lines={rule} />
          <p className={styles['note']}>The next step brings its numbers: press One step, or Run.</p>
        </>
      ) : (
        <Numbers step={step} />
      )}
    </div>
  );
}

interface ChooserProps {
  readonly tensors: Tensors;
  readonly place: WeightPlace;
  readonly onChoose: (place: WeightPlace) => void;
}

/** Which weight: its tensor, and from 1 where it stands in it. */
function Chooser({ tensors, place, onChoose }: ChooserProps) {
  const shape = tensors[place.tensor]?.shape ?? [];
  return (
    <fieldset className={styles['chooser']}>
      <legend className="visually-hidden">Which weight</legend>
      <select
        aria-label="Tensor"
        className={styles['select']}
        value={place.tensor}
        onChange={(event) => onChoose({ tensor: Number(event.target.value), at: [] })}
      >
        {tensors.map(({ name }, i) => (
          <option key={name} value={i}>
            {tensorName(name)}
          </option>
        ))}
      </select>
      {axisNames(shape).map((name, axis) => (
        <label key={name}>
          {name}
          <input
            type="number"
            min={1}
            max={shape[axis]}
            value={(place.at[axis] ?? 0) + 1}
            onChange={(event) => onChoose({ ...place, at: place.at.with(axis, Number(event.target.value) - 1) })}
          />
        </label>
      ))}
    </fieldset>
  );
}

function Numbers({ step }: { readonly step: WeightStep }) {
  const { lines, notes, gradient, before } = step;
  // As the status line counts: steps that are done.
  const done = formatCount(step.step + 1);
  return (
    <>
      <p className={styles['note']}>
        {`Step ${done}: g = ${formatNumber(gradient, digits)} (after penalties and clipping), w = ${formatNumber(before, digits)}`}
      </p>
      <ol className={styles['lines']} aria-label={`Rule with the numbers of step ${done}`}>
        {lines.map(({ rule, filled, value }, i) => (
          <li key={i}>
            <span>{rule}</span>
            <span className={styles['filled']}>{`${rule.split(' ')[0] ?? ''} ← ${filled} = ${formatNumber(value, digits)}`}</span>
          </li>
        ))}
      </ol>
      {notes.map((note) => (
        <p key={note} className={styles['note']}>
          {note}
        </p>
      ))}
    </>
  );
}
