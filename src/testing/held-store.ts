/** A store that a test drives: its trainer answers, and its time passes, when the test says so. */
import { createAppStore } from '../store/app-store.ts';
import { createHeldTrainer } from './held-trainer.ts';

/** A store on a held trainer, and a clock that moves when told: `wait` lets milliseconds pass. */
export function heldStore(hash = '') {
  const trainer = createHeldTrainer();
  const timers: { due: number; action: () => void }[] = [];
  let now = 0;
  const later = (milliseconds: number, action: () => void) => {
    const timer = { due: now + milliseconds, action };
    timers.push(timer);
    return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
  };
  const wait = (milliseconds: number) => {
    now += milliseconds;
    for (let next = timers.findIndex((timer) => timer.due <= now); next >= 0; next = timers.findIndex((timer) => timer.due <= now)) {
      timers.splice(next, 1)[0]?.action();
    }
  };
  const { state, actions } = createAppStore({ trainer, later });
  actions.applyHash(hash);
  return { trainer, state, actions, wait, get: state.getState };
}
