/** The thin hooks between React and the store: components select what they draw and call actions, nothing else. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand';
import type { Actions } from '../store/actions.ts';
import type { AppStore } from '../store/app-store.ts';
import type { AppState } from '../store/state.ts';

/** A store, and its state as of the last redraw (`shown.ts`). */
export interface PageStore extends AppStore {
  readonly shown: StoreApi<AppState>;
}

/** Set once by `main.tsx`. */
export const AppContext = createContext<PageStore | undefined>(undefined);

function useAppStore(): PageStore {
  const store = useContext(AppContext);
  if (store === undefined) throw new Error('The page is drawn outside its store.');
  return store;
}

/** What `selector` picks; redraws when the picked value is another one (compared by identity: pick members, do not build objects). */
export function useApp<T>(selector: (state: AppState) => T): T {
  return useStore(useAppStore().state, selector);
}

/** As `useApp`, of the state that the whole page shows at present: for numbers that move with a run and must agree with one another. */
export function useShown<T>(selector: (state: AppState) => T): T {
  return useStore(useAppStore().shown, selector);
}

/** Everything the page can ask for. The same object for the life of the page. */
export function useActions(): Actions {
  return useAppStore().actions;
}
