/** The charts of the present run, from the store. */
import type { ReactElement } from 'react';
import { useApp } from '../use-app.ts';
import { ChartGrid } from './ChartGrid.tsx';

/** The centre of the page: loss, learning rate, gradient norm, accuracy or error. */
export function ChartsPanel(): ReactElement {
  const run = useApp((state) => state.run);
  const previous = useApp((state) => state.previous);
  const config = useApp((state) => state.config);
  const description = useApp((state) => state.description);
  const stale = useApp((state) => state.dirty);
  return <ChartGrid run={run} previous={previous} config={config} description={description} stale={stale} />;
}
