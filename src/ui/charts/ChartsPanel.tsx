/** The charts of the present run, from the store. */
import type { ReactElement } from 'react';
import type { Curve } from '../../params/kinds.ts';
import { useActions, useApp } from '../use-app.ts';
import { ChartGrid } from './ChartGrid.tsx';

/** The centre of the page: loss, learning rate, gradient norm, accuracy or error. */
export function ChartsPanel(): ReactElement {
  const run = useApp((state) => state.run);
  const previous = useApp((state) => state.previous);
  const config = useApp((state) => state.config);
  const description = useApp((state) => state.description);
  const stale = useApp((state) => state.dirty);
  const { setParameter } = useActions();
  // What a teacher has fixed or taken off the page cannot be drawn over.
  const fixed = useApp((state) => [...state.locked, ...state.hidden].includes('drawn'));
  const onDraw = fixed ? undefined : (curve: Curve) => setParameter('drawn', curve);
  return <ChartGrid run={run} previous={previous} config={config} description={description} stale={stale} onDraw={onDraw} />;
}
