/** Charts and views on made-up runs, one below the other. Development only: `main.tsx` loads it for `?gallery` and nothing else does. */
import { useEffect, useState, type ReactElement } from 'react';
import { drawnRun, type DrawnRun } from '../../testing/drawn-run.ts';
import { ChartGrid } from '../charts/ChartGrid.tsx';
import { moreCharts } from '../charts/more-charts.ts';
import type { MoreChoice } from '../charts/MoreCharts.tsx';
import { applyTheme } from '../theme/theme.ts';
import { LearnedView } from '../views/LearnedView.tsx';
import '../theme/tokens.css';
import '../theme/base.css';
import './gallery.css';

interface Scene {
  readonly title: string;
  readonly run?: DrawnRun;
  readonly previous?: DrawnRun;
}

const spiral = { task: 'spiral', optimizer: 'adam', schedule: 'cosine', warmup: 0.05, clip: 'norm', clipAt: 1, epochs: 100 };

const scenes: readonly (() => Scene)[] = [
  () => ({ title: 'before', run: drawnRun({ settings: spiral, done: 0 }) }),
  () => ({
    title: 'running',
    run: drawnRun({ settings: { ...spiral, l2: 0.0002 }, done: 0.62, changes: [{ step: 300, id: 'learningRate', value: 0.045 }] }),
    previous: drawnRun({ id: 0, settings: { ...spiral, seed: 3 }, done: 0.8, floor: 0.12 }),
  }),
  () => ({ title: 'diverged', run: drawnRun({ settings: { ...spiral, clip: 'none' }, done: 0.3, story: 'diverged' }) }),
  () => ({ title: 'early stop', run: drawnRun({ settings: { ...spiral, clipAt: 0.3 }, done: 0.7, story: 'earlyStop' }) }),
  () => ({
    title: 'surface',
    run: drawnRun({ settings: { task: 'surface', schedule: 'step', stepSize: 20, per: 'epoch' }, done: 0.5 }),
  }),
  () => ({
    title: 'diagnostics',
    run: drawnRun({
      settings: {
        task: 'spiral',
        optimizer: 'sgd',
        activation: 'relu',
        updateRatio: true,
        noiseScale: true,
        sharpness: 1,
        l1: 1e-3,
        l2: 2e-3,
      },
      done: 0.8,
    }),
  }),
  () => ({ title: 'curve', run: drawnRun({ settings: { task: 'curve' }, done: 1 }) }),
  () => ({ title: 'blobs', run: drawnRun({ settings: { task: 'blobs', classes: 4 }, done: 0.5 }) }),
  () => ({ title: 'digits', run: drawnRun({ settings: { task: 'digits' }, done: 0.5 }) }),
  () => ({ title: 'penguins', run: drawnRun({ settings: { task: 'penguins' }, done: 0.5 }) }),
];

/** What the run's settings have measured; nothing can be chosen here. */
function moreFor({ config }: DrawnRun): MoreChoice {
  const shown = moreCharts.filter((chart) => chart.switch && Number(config[chart.switch.id]) > 0).map(({ id }) => id);
  const all = moreCharts.map(({ id }) => id);
  return { shown: shown.length > 0 ? [...shown, 'units'] : [], offered: all, fixed: all, choose: () => undefined };
}

/** Theme, projector and scene come from the address: `?gallery&theme=dark&scene=1`. */
export function Gallery(): ReactElement {
  const query = new URLSearchParams(location.search);
  const only = query.get('scene');
  const [dark, projector] = [query.get('theme') === 'dark', query.has('projector')];
  useEffect(() => applyTheme(dark ? 'dark' : 'light', projector), [dark, projector]);
  const [shown] = useState(() => scenes.filter((_, i) => only === null || Number(only) === i).map((scene) => scene()));
  return (
    <main className="gallery">
      <h1>Gallery</h1>
      {shown.map(({ title, run, previous }) => (
        <section key={title} className="gallery-scene" aria-label={title}>
          {run !== undefined && (
            <ChartGrid run={run} previous={previous} config={run.config} description={run.description} stale={false} more={moreFor(run)} />
          )}
          <LearnedView run={run} description={run?.description} />
        </section>
      ))}
    </main>
  );
}
