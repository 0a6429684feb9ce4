/**
 * The page: three columns on a desktop, two on a smaller screen, tabs on a phone. The heavy panels are loaded after the
 * first paint, into places of their size.
 */
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { ParameterPanel } from './controls/ParameterPanel.tsx';
import page from './layout/page.module.css';
import topBar from './layout/top-bar.module.css';
import { Notices } from './layout/Notices.tsx';
import { PanelBoundary } from './layout/PanelBoundary.tsx';
import { panelId, PhoneTabs, tabId } from './layout/PhoneTabs.tsx';
import type { Part } from './layout/PhoneTabs.tsx';
import { RunControls } from './layout/RunControls.tsx';
import { StatusLine } from './layout/StatusLine.tsx';
import { TopBar } from './layout/TopBar.tsx';
import { useMedia } from './layout/use-media.ts';
import { useSpaceKey } from './layout/use-space-key.ts';

const ChartsPanel = lazy(async () => ({ default: (await import('./charts/ChartsPanel.tsx')).ChartsPanel }));
const LearnedPanel = lazy(async () => ({ default: (await import('./views/LearnedPanel.tsx')).LearnedPanel }));

/** The whole page. */
export function App() {
  const phone = useMedia('(max-width: 759px)');
  const [shown, setShown] = useState<Part>('charts');
  useSpaceKey();
  const part = (name: Part, label: string, children: ReactNode) => (
    <section
      id={panelId(name)}
      className={page[`part-${name}`]}
      hidden={phone && shown !== name}
      // This part may scroll with nothing in it that takes the focus: arrow keys must reach it.
      {...(name === 'learned' ? { tabIndex: 0 } : {})}
      {...(phone ? { role: 'tabpanel', 'aria-labelledby': tabId(name) } : { 'aria-label': label })}
    >
      {children}
    </section>
  );
  return (
    <div className={page['page']}>
      <TopBar withRunControls={!phone} />
      <main className={page['main']}>
        {phone ? <PhoneTabs shown={shown} onShow={setShown} /> : null}
        <div className={page['news']}>
          <StatusLine />
          <Notices />
        </div>
        {part('parameters', 'Parameters', <ParameterPanel />)}
        {part('charts', 'Charts', <Panel name="Charts" place={page['charts-place']} content={<ChartsPanel />} />)}
        {part('learned', 'Learned', <Panel name="What it has learned" place={page['learned-place']} content={<LearnedPanel />} />)}
      </main>
      {phone ? (
        <footer className={topBar['bottom-bar']}>
          <RunControls />
        </footer>
      ) : null}
    </div>
  );
}

interface PanelProps {
  readonly name: string;
  readonly place: string | undefined;
  readonly content: ReactNode;
}

function Panel({ name, place, content }: PanelProps) {
  return (
    <PanelBoundary name={name}>
      <Suspense fallback={<div className={place} aria-busy="true" />}>{content}</Suspense>
    </PanelBoundary>
  );
}
