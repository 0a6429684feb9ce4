/** The card of the pretrained model, read from a file that may hold anything. */
import { describe, expect, it } from 'vitest';
import { curvePoints, modelCardIn } from './model-card.ts';

const card = {
  data: 'Novels.',
  characters: 9,
  tokens: 8,
  steps: 4,
  seed: 1,
  link: '#task=text',
  validationLoss: 3.5,
  curve: [
    { step: 0, train: 5, validation: 6 },
    { step: 4, train: 4, validation: 4 },
  ],
  samples: [{ prompt: 'It ', text: 'was.', temperature: 0.8 }],
  pilots: [{ link: '#task=text&width=64', steps: 2, validationLoss: 4 }],
  twin: { validationLoss: 3.01 },
};

describe('a model card', () => {
  it('is read as it was written', () => {
    expect(modelCardIn(card)).toEqual(card);
  });

  it('takes nothing for what it is not, and follows no link out of the page', () => {
    expect(modelCardIn(null)).toMatchObject({ data: '', steps: Number.NaN, curve: [], samples: [], link: '#' });
    const odd = modelCardIn({ ...card, link: 'javascript:alert(1)', samples: [3, 'x'], pilots: [{ link: 'https://elsewhere' }], data: 5 });
    expect(odd).toMatchObject({ link: '#', samples: [], data: '', pilots: [{ link: '#', steps: Number.NaN }] });
  });

  it('draws its losses from the highest at the top to the lowest at the bottom', () => {
    expect(curvePoints(modelCardIn(card), 'validation', 100, 50)).toBe('0.0,0.0 100.0,50.0');
    expect(curvePoints(modelCardIn(card), 'train', 100, 50)).toBe('0.0,25.0 100.0,50.0');
    expect(curvePoints(modelCardIn({ ...card, curve: card.curve.slice(1) }), 'train', 100, 50)).toBe('');
  });
});
