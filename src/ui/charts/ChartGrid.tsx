/** The four charts and those chosen beside them, with their shared axis and cursor, drawn from what they are given. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Curve } from '../../params/kinds.ts';
import type { ChartInput, ChartSettings } from './axis.ts';
import { createCursor, CursorContext } from './chart-context.ts';
import { ChartSettingsBar } from './ChartSettingsBar.tsx';
import { GradientNormChart } from './GradientNormChart.tsx';
import { LearningRateChart } from './LearningRateChart.tsx';
import { LossChart } from './LossChart.tsx';
import { MetricChart } from './MetricChart.tsx';
import { MoreCharts, type MoreChoice } from './MoreCharts.tsx';
import { comparable } from './previous.ts';
import './charts.css';
import './chart-frame.css';
import './chart-ink.css';

/** Everything but the settings, which the grid keeps itself. */
export interface ChartData extends Omit<ChartInput, 'settings' | 'otherText'> {
  /** Fingerprint of the user's own text, where `config` learns from that. */
  readonly textPrint?: string | undefined;
  readonly more: MoreChoice;
}

interface Props extends ChartData {
  /** Takes a schedule drawn by hand. */
  readonly onDraw?: ((curve: Curve) => void) | undefined;
}

/** The charts. */
export function ChartGrid({ run, previous, config, textPrint, description, stale, more, onDraw }: Props): ReactElement {
  const [settings, setSettings] = useState<ChartSettings>({ axis: 'step', xScale: 'linear', smoothing: 0 });
  const [cursor] = useState(createCursor);
  const input = useMemo(
    () => ({ run, ...comparable(previous, { config, textPrint }), config, description, stale, settings }),
    [run, previous, config, textPrint, description, stale, settings],
  );
  const change = (next: ChartSettings): void => {
    cursor.set(undefined);
    setSettings(next);
  };
  return (
    <CursorContext value={cursor}>
      <div className="charts">
        <LossChart input={input} tools={<ChartSettingsBar settings={settings} onChange={change} />} />
        <LearningRateChart input={input} onDraw={onDraw} />
        <GradientNormChart input={input} />
        <MetricChart input={input} />
      </div>
      <MoreCharts input={input} choice={more} />
    </CursorContext>
  );
}
