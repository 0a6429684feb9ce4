/** What all charts share, to choose: the x axis, its scale, and smoothing of the training curve. Stands in the heading of the loss chart. */
import { useId, type ReactElement } from 'react';
import { axisNames, type ChartSettings } from './axis.ts';

interface Props {
  readonly settings: ChartSettings;
  readonly onChange: (settings: ChartSettings) => void;
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ legend, values, value, onChange }: ChoiceProps<T>): ReactElement {
  const name = useId();
  return (
    <fieldset className="chart-choice">
      <legend>{legend}</legend>
      {values.map((one) => (
        <label key={one}>
          <input type="radio" className="covering-input" name={name} checked={one === value} onChange={() => onChange(one)} />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The settings, as they stand in the heading of the first chart. */
export function ChartSettingsBar({ settings, onChange }: Props): ReactElement {
  const { axis, xScale, smoothing } = settings;
  return (
    <div className="chart-settings" role="group" aria-label="Settings of all charts">
      <Choice legend="x:" values={axisNames} value={axis} onChange={(next) => onChange({ ...settings, axis: next })} />
      <button
        type="button"
        className="chart-toggle"
        aria-pressed={xScale === 'log'}
        onClick={() => onChange({ ...settings, xScale: xScale === 'log' ? 'linear' : 'log' })}
      >
        log x
      </button>
      <label className="chart-smoothing" title="Smooths the training curve; the raw one stays faint behind">
        <span>smooth{smoothing === 0 ? '' : ` ${smoothing.toFixed(2)}`}</span>
        <input
          type="range"
          min={0}
          max={0.95}
          step={0.05}
          value={smoothing}
          aria-label="Smooth the training curve"
          aria-valuetext={smoothing === 0 ? 'off' : smoothing.toFixed(2)}
          onChange={(event) => onChange({ ...settings, smoothing: event.currentTarget.valueAsNumber })}
        />
      </label>
    </div>
  );
}
