/** How many windows a text gives, in words. */
import { describe, expect, it } from 'vitest';
import { ownTextInWords, windowsInWords } from './window-words.ts';

describe('windows in words', () => {
  it('are a count once there is one, and before it are said to be an estimate or a bound', () => {
    expect(windowsInWords({ text: 'plays' }, 1104)).toBe('of 1,104 windows in the text’s part for training');
    expect(windowsInWords({ text: 'own' }, 1)).toBe('the one window in the text’s part for training');
    expect(windowsInWords({ text: 'plays' }, undefined)).toMatch(/about/);
    expect(windowsInWords({ text: 'own' }, undefined)).toMatch(/at most/);
  });

  it('of a text of your own come with a warning where one step would take more', () => {
    const gives = { rows: undefined, heldOut: 2 };
    expect(ownTextInWords(undefined, 8)).toBe('');
    expect(ownTextInWords({ ...gives, available: 1200 }, 8)).toBe(' It gives 1,200 windows to train on and 2 to judge by.');
    expect(ownTextInWords({ ...gives, available: 8 }, 8)).not.toMatch(/less/);
    expect(ownTextInWords({ ...gives, available: 1 }, 8)).toMatch(
      /^ It gives 1 window to train on and 2 .* That is less than one batch of 8: /,
    );
  });
});
