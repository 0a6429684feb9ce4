/** Every starter experiment must be a link without complaints. */
import { describe, expect, it } from 'vitest';
import { fromHash } from '../params/url.ts';
import { presets } from './presets.ts';

describe('presets', () => {
  it.each(presets)('$title is a link without problems', ({ hash, line }) => {
    expect(fromHash(hash).problems).toEqual([]);
    expect(line).toMatch(/\.$/);
  });
  it('have titles of their own', () => {
    expect(new Set(presets.map((preset) => preset.title)).size).toBe(presets.length);
  });
});
