/** What all charts share, to choose: the x axis, its scale, and smoothing of the training curve. */
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
          <input type="radio" name={name} checked={one === value} onChange={() => onChange(one)} />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The bar above the charts. */
export function ChartSettingsBar({ settings, onChange }: Props): ReactElement {
  return (
    <div className="chart-settings">
      <Choice legend="x axis" values={axisNames} value={settings.axis} onChange={(axis) => onChange({ ...settings, axis })} />
      <Choice
        legend="x scale"
        values={['linear', 'log']}
        value={settings.xScale}
        onChange={(xScale) => onChange({ ...settings, xScale })}
      />
      <label className="chart-smoothing">
        <span>smooth training curve</span>
        <input
          type="range"
          min={0}
          max={0.95}
          step={0.05}
          value={settings.smoothing}
          onChange={(event) => onChange({ ...settings, smoothing: event.currentTarget.valueAsNumber })}
        />
        <span>{settings.smoothing === 0 ? 'off' : settings.smoothing.toFixed(2)}</span>
      </label>
    </div>
  );
}
