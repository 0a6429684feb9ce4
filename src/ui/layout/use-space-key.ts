/** Space runs and pauses, unless it means something where the focus is. */
import { useContext, useEffect } from 'react';
import { AppContext } from '../use-app.ts';

/** Elements in which a space is a press or a character of its own. */
const ownSpace = 'button, a, select, textarea, summary, dialog, input, [contenteditable], [role="tab"], [role="button"]';

/** Listens for the space key on the whole page. */
export function useSpaceKey(): void {
  const store = useContext(AppContext);
  useEffect(() => {
    if (store === undefined) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (target instanceof Element && (target.matches('input[type="range"]') ? false : target.closest(ownSpace) !== null)) return;
      event.preventDefault();
      if (store.state.getState().wantsToRun) store.actions.pause();
      else store.actions.run();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store]);
}
