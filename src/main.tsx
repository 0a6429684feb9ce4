/** Builds the trainer and the store and mounts the page, or in development the gallery for `?gallery`. The only file that wires. */
import '@fontsource-variable/inter/index.css';
import './ui/theme/tokens.css';
import './ui/theme/base.css';
import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createAppStore } from './store/app-store.ts';
import type { Later } from './store/context.ts';
import { createWorkerTrainer } from './trainer/worker-trainer.ts';
import { App } from './ui/App.tsx';
import { pageRedraws } from './ui/charts/use-redraw.ts';
import { followAddress, windowAddress } from './ui/layout/address.ts';
import { shownState } from './ui/shown.ts';
import { applyTheme, onSystemThemeChange, rememberTheme, storedTheme } from './ui/theme/theme.ts';
import { AppContext } from './ui/use-app.ts';

const later: Later = (milliseconds, action) => {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
};

function mount(page: ReactNode): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no element to be drawn into.');
  createRoot(root).render(<StrictMode>{page}</StrictMode>);
}

function mountApp(): void {
  const theme = storedTheme();
  applyTheme(theme, false);
  const store = createAppStore({ trainer: createWorkerTrainer(), later, theme });
  const dress = () => {
    const now = store.state.getState();
    applyTheme(now.theme, now.projector);
  };
  store.state.subscribe((now, before) => {
    if (now.theme !== before.theme) rememberTheme(now.theme);
    if (now.theme !== before.theme || now.projector !== before.projector) dress();
  });
  onSystemThemeChange(dress);
  followAddress(store, windowAddress(window), later);
  const shown = shownState(store.state, pageRedraws, flushSync);
  mount(
    <AppContext value={{ ...store, shown }}>
      <App />
    </AppContext>,
  );
}

// The build leaves the branch out, and the recorded runs with it.
if (import.meta.env.DEV && new URLSearchParams(location.search).has('gallery')) {
  import('./ui/gallery/Gallery.tsx').then(
    ({ Gallery }) => mount(<Gallery />),
    (reason: unknown) => mount(<p>The gallery cannot be shown: {String(reason)}</p>),
  );
} else {
  mountApp();
}
