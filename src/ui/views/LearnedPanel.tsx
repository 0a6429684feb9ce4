/** What the present run has learned, from the store. */
import type { ReactElement } from 'react';
import { useApp } from '../use-app.ts';
import { LearnedView } from './LearnedView.tsx';

/** The right of the page. */
export function LearnedPanel(): ReactElement {
  const run = useApp((state) => state.run);
  const description = useApp((state) => state.description);
  return <LearnedView run={run} description={description} />;
}
