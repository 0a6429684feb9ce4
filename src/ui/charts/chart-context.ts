/** What the charts of one page share beside data: the cursor, and the settings of the x axis. */
import { createContext, useContext, useSyncExternalStore } from 'react';

/** A place on the x axis under the pointer or the arrow keys; undefined when there is none. */
export interface CursorStore {
  readonly get: () => number | undefined;
  readonly set: (place: number | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** A cursor of its own; apart from React so that moving it redraws overlays only, never lines. */
export function createCursor(): CursorStore {
  const listeners = new Set<() => void>();
  let place: number | undefined;
  return {
    get: () => place,
    set(next) {
      if (next === place) return;
      place = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The cursor that a chart shows; charts under one provider share one. */
export const CursorContext = createContext<CursorStore>(createCursor());

/** Place of the shared cursor; redraws when it moves. */
export function useCursor(): number | undefined {
  const cursor = useContext(CursorContext);
  return useSyncExternalStore(cursor.subscribe, cursor.get);
}
