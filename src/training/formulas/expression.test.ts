/** Lines of rules: read, computed, filled in. */
import { describe, expect, it } from 'vitest';
import { filled, halvesOf, valueOf } from './expression.ts';

const numbers = { w: 2, g: -3, m̂: 0.5, 'β₁ᵗ': 0.25, 'η⁻': 10, 's₋': 4, '‖w‖': 7 };

describe('a line', () => {
  it.each([
    ['w − 0.5·g', 3.5],
    ['w − g − 1', 4],
    ['w / 4 / 2·8', 2],
    ['g²', 9],
    ['−g²', -9],
    ['√(g² + 16)', 5],
    ['√w² / w', 1],
    ['|g|·sign(g)', -3],
    ['max(w, g, 2.5) − min(w, g)', 5.5],
    ['m̂ / (1 − β₁ᵗ)·3', 2],
    ['η⁻·s₋ + ‖w‖', 47],
    ['−(w − (g + 1))', -4],
  ])('%s = %d', (text, value) => {
    expect(valueOf(text, numbers)).toBeCloseTo(value, 14);
  });

  it('is filled in with negative numbers in brackets where they would be misread', () => {
    const write = (text: string) => filled(text, numbers, String);
    expect(write('w − w·g + g')).toBe('2 − 2·(-3) + (-3)');
    expect(write('g·w')).toBe('-3·2');
    expect(write('g²')).toBe('(-3)²');
    expect(write('|g| + max(g, w)')).toBe('|-3| + max(-3, 2)');
    expect(write('m̂ / (1 − β₁ᵗ)')).toBe('0.5 / (1 − 0.25)');
    expect(write('unknown·w')).toBe('unknown·2');
  });

  it('has two halves', () => {
    expect(halvesOf('w ← w − g')).toEqual({ target: 'w', right: 'w − g' });
  });

  it.each(['w −', '(w', 'w)', 'w $ g', 'x', 'max(w', 'w w'])('%s is refused', (text) => {
    expect(() => valueOf(text, numbers)).toThrow(SyntaxError);
  });

  it('without an arrow is none', () => {
    expect(() => halvesOf('w − g')).toThrow(SyntaxError);
  });
});
