/**
 * The state as the page shows it: the newest one whenever a redraw cycle begins, and the same for all that is drawn in it.
 *
 * Idea: numbers that move while a run trains (status sentence, charts, picture, notes) are read from here and never from the store itself, so
 * that the best loss of the sentence is the best of the chart. What answers the user (controls, buttons) reads the store.
 */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { AppState } from '../store/state.ts';
import type { RedrawScheduler } from './charts/redraw.ts';

/** What is not mere progress: another run, another phase, a fault, a sign of life. It is shown at once. */
function turned({ run: now, pulse }: AppState, { run: before, pulse: pulseBefore }: AppState): boolean {
  return (
    pulse !== pulseBefore || now?.id !== before?.id || now?.snapshot?.phase !== before?.snapshot?.phase || now?.fault !== before?.fault
  );
}

/** Follows a store from cycle to cycle. `commit` draws what follows from a new state before it returns, so that charts ask in the same cycle. */
export function shownState(
  store: StoreApi<AppState>,
  redraws: Pick<RedrawScheduler, 'wake' | 'onBegin'>,
  commit: (show: () => void) => void,
): StoreApi<AppState> {
  const shown = createStore<AppState>(() => store.getState());
  redraws.onBegin(() => {
    if (shown.getState() !== store.getState()) commit(() => shown.setState(store.getState(), true));
  });
  store.subscribe((now, before) => redraws.wake(turned(now, before)));
  return shown;
}
