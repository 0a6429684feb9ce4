/** The manifest may have any shape; the page must not care. */
import { describe, expect, it } from 'vitest';
import { attributionsIn } from './attributions.ts';

const digits = {
  title: 'Digits',
  licence: 'CC BY-SA 3.0',
  licenceUrl: 'https://example.org',
  attribution: 'By them.',
  changes: 'None.',
  source: 'a@1',
};

describe('attributions', () => {
  it('lists each title once', () => {
    expect(
      attributionsIn({
        files: [
          { name: 'a', ...digits },
          { name: 'b', ...digits },
        ],
      }),
    ).toEqual([digits]);
  });
  it('survives any shape', () => {
    expect([undefined, null, 3, [], {}, { files: 'x' }, { files: [null, 3] }].map(attributionsIn)).toEqual(Array(7).fill([]));
    expect(attributionsIn({ files: [{ title: 4 }] })[0]?.title).toBe('');
  });
});
