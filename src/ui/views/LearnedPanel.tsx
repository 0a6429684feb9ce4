/** What the present run has learned, from the store. */
import type { ReactElement } from 'react';
import { lacksText } from '../../store/lacks-text.ts';
import { useShown } from '../use-app.ts';
import { LearnedView } from './LearnedView.tsx';

/** The right of the page. */
export function LearnedPanel(): ReactElement {
  const run = useShown((state) => state.run);
  const description = useShown((state) => state.description);
  const waits = useShown(lacksText);
  return <LearnedView run={run} description={description} waits={waits} />;
}
