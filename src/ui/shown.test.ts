/** What the page shows of the store, and when. */
import { describe, expect, it } from 'vitest';
import { heldStore } from '../testing/held-store.ts';
import { statusText } from '../store/status.ts';
import { shownState } from './shown.ts';

function followed() {
  const held = heldStore();
  const asked: boolean[] = [];
  let begin = (): void => undefined;
  const shown = shownState(held.state, { wake: (atOnce) => void asked.push(atOnce), onBegin: (show) => (begin = show) }, (show) => show());
  return { ...held, asked, shown, begin: () => begin() };
}

describe('the shown state', () => {
  it('stands still between cycles, sentence and curves alike', () => {
    const { trainer, shown, begin } = followed();
    trainer.show({ phase: 'running', step: 172 });
    begin();
    trainer.show({ phase: 'running', step: 261 });
    expect(statusText(shown.getState())).toContain('Step 172');
    expect(shown.getState().run?.snapshot?.step).toBe(172);
    begin();
    expect(statusText(shown.getState())).toContain('Step 261');
  });

  it('asks for a cycle at once when the run turns, not for mere progress', () => {
    const { trainer, actions, asked } = followed();
    trainer.show({ phase: 'running', step: 1 });
    trainer.show({ phase: 'running', step: 2 });
    trainer.show({ phase: 'paused', step: 3 });
    expect(asked.slice(-3)).toEqual([true, false, true]);
    actions.reset();
    expect(asked).toContain(true);
  });
});
