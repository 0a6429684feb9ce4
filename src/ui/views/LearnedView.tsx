/** What the model has learned, drawn as its task asks for: plane, curve, images, table or tokens. Paced like a chart. */
import { lazy, Suspense, useMemo, useRef, type ReactElement } from 'react';
import type { Description } from '../../trainer/trainer.ts';
import { usePaced } from '../charts/use-redraw.ts';
import { CurveView } from './CurveView.tsx';
import { DigitsView } from './DigitsView.tsx';
import { learnedInput, type LearnedInput, type LearnedRun } from './learned-input.ts';
import { PlaneView } from './PlaneView.tsx';
import { TableView } from './TableView.tsx';
import './learned.css';

/** Loaded where a language model is shown, and nowhere else. */
const Language = lazy(async () => ({ default: (await import('../language/Language.tsx')).Language }));

interface Props {
  readonly run?: LearnedRun | undefined;
  /** Of the configuration in force. */
  readonly description?: Description | undefined;
  /** The data must be brought by the user first. */
  readonly waits?: boolean;
}

function Picture({ input }: { readonly input: LearnedInput }): ReactElement {
  const { picture } = input.description;
  switch (picture.kind) {
    case 'plane':
      return <PlaneView input={input} picture={picture} />;
    case 'curve':
      return <CurveView input={input} picture={picture} />;
    case 'images':
      return <DigitsView input={input} picture={picture} />;
    case 'table':
      // Another table has other columns: start afresh.
      return <TableView key={picture.columns.join()} input={input} picture={picture} />;
    case 'tokens':
      return (
        <Suspense fallback={<p className="learned-caption">Preparing the text…</p>}>
          <Language input={input} picture={picture} />
        </Suspense>
      );
  }
}

/** The panel's content, from what it is given. */
export function LearnedView({ run, description, waits = false }: Props): ReactElement {
  const ref = useRef<HTMLElement>(null);
  const latest = useMemo(() => learnedInput(run, description), [run, description]);
  const input = usePaced(ref, latest);
  return (
    <section ref={ref} className="learned" aria-label="What it has learned">
      <h2>What it has learned</h2>
      {input === undefined ? (
        <p className="learned-caption">{waits ? 'Waiting for a text.' : 'Preparing the data…'}</p>
      ) : (
        <Picture input={input} />
      )}
    </section>
  );
}
