/** The charts of the present run, from the store. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Curve } from '../../params/kinds.ts';
import type { Config } from '../../params/table.ts';
import { textPrintOf } from '../../store/lacks-text.ts';
import { useActions, useApp, useShown } from '../use-app.ts';
import { ChartGrid } from './ChartGrid.tsx';
import { moreCharts, rememberCharts, rememberedCharts } from './more-charts.ts';
import type { MoreChoice } from './MoreCharts.tsx';

/** The centre of the page: loss, learning rate, gradient norm, accuracy or error, and what else was chosen. */
export function ChartsPanel(): ReactElement {
  const run = useShown((state) => state.run);
  const previous = useShown((state) => state.previous);
  // The planned curve follows a slider as it moves.
  const config = useApp((state) => state.config);
  const description = useApp((state) => state.description);
  const textPrint = useApp(textPrintOf);
  const stale = useApp((state) => state.dirty);
  const { setParameter } = useActions();
  // What a teacher has fixed or taken off the page cannot be drawn over.
  const fixed = useApp((state) => [...state.locked, ...state.hidden].includes('drawn'));
  const onDraw = fixed ? undefined : (curve: Curve) => setParameter('drawn', curve);
  const more = useMoreCharts(config);
  const shown = { run, previous, config, textPrint, description, stale };
  return <ChartGrid {...shown} more={more} onDraw={onDraw} />;
}

/** A chart that is measured by a switch is shown while that is on; the others are remembered by the page. */
function useMoreCharts(config: Config): MoreChoice {
  const { setParameter } = useActions();
  const hidden = useApp((state) => state.hidden);
  const locked = useApp((state) => state.locked);
  const [remembered, setRemembered] = useState(rememberedCharts);
  return useMemo(() => {
    const shown = moreCharts.filter((chart) => (chart.switch ? Number(config[chart.switch.id]) > 0 : remembered.includes(chart.id)));
    const offered = moreCharts.filter((chart) => !chart.switch || !hidden.includes(chart.switch.id));
    const fixed = moreCharts.filter((chart) => chart.switch && locked.includes(chart.switch.id));
    return {
      shown: shown.map(({ id }) => id),
      offered: offered.map(({ id }) => id),
      fixed: fixed.map(({ id }) => id),
      choose: (chart, show) => {
        if (chart.switch?.id === 'sharpness') setParameter('sharpness', show ? chart.switch.on : 0);
        else if (chart.switch) setParameter(chart.switch.id, show);
        else {
          const next = [...remembered.filter((id) => id !== chart.id), ...(show ? [chart.id] : [])];
          setRemembered(next);
          rememberCharts(next);
        }
      },
    };
  }, [config, remembered, hidden, locked, setParameter]);
}
