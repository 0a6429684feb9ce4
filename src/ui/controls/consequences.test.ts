/** The sentences under the controls: the numbers are those that train. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../../params/config.ts';
import type { Choices } from '../../params/config.ts';
import { parameterIds } from '../../params/table.ts';
import { consequenceOf } from './consequences.ts';

const said = (id: Parameters<typeof consequenceOf>[0], choices: Choices) => consequenceOf(id, resolve(choices));

describe('what settings come to', () => {
  it('is not said where the value says it all', () => {
    for (const id of parameterIds) if (id !== 'adamRatio') expect(said(id, {})).toBeUndefined();
  });

  it('is said in numbers', () => {
    expect(said('accumulation', { batchSize: 20, accumulation: 4 })).toBe('Effective batch: 20 × 4 = 80 examples a step.');
    expect(said('lrScaling', { learningRate: 0.1, batchSize: 40, lrScaling: 'linear', baseBatch: 20 })).toBe(
      'Rate at 40 examples a step: 0.2.',
    );
    expect(said('momentum', { optimizer: 'sgd', learningRate: 0.1, momentum: 0.9 })).toBe('Effective step: η/(1 − μ) = 1.');
    expect(said('adamRatio', { optimizer: 'muon', learningRate: 0.05, adamRatio: 0.1 })).toBe('AdamW’s rate: 0.005.');
    expect(said('sam', { sam: 0.05 })).toBe('Each step costs two gradients.');
    expect(said('layerDecay', { layers: [4, 4], layerDecay: 0.5 })).toBe('The first layer has η × 0.25.');
    expect(said('headRate', { learningRate: 0.01, headRate: 3 })).toBe('Rate of the output layer: 0.03.');
  });

  it('says of the rate of a pretrained model that nobody set what it goes with', () => {
    const tuned = { task: 'text', model: 'pretrained', tune: 'lora' } as const;
    expect(said('learningRate', tuned)).toBe('The default for “LoRA”: until you set a rate, it goes with “Fine-tune” in the model.');
    expect(said('learningRate', { ...tuned, learningRate: 0.002 })).toBeUndefined();
    expect(said('learningRate', { task: 'text' })).toBeUndefined();
  });

  it('goes by the momentum that is used where the schedule moves it', () => {
    const cycled = { optimizer: 'sgd', learningRate: 0.1, momentum: 0.99, schedule: 'onecycle', baseMomentum: 0.8 } as const;
    expect(said('momentum', cycled)).toBeUndefined();
    expect(said('baseMomentum', cycled)).toBe('Effective step at the peak of the rate: η/(1 − μ) = 0.5.');
    expect(said('baseMomentum', { ...cycled, cycleMomentum: false })).toBeUndefined();
    expect(said('baseMomentum', { ...cycled, optimizer: 'adam' })).toBeUndefined();
  });

  it('is not said of an averaging momentum', () => {
    expect(said('momentum', { optimizer: 'sgd', momentum: 0.9, dampening: 0.5 })).toBeUndefined();
    expect(said('momentum', { optimizer: 'muon' })).toBeUndefined();
  });

  it.each([{ schedule: 'cosine' }, { schedule: 'onecycle' }, { warmup: 0.1 }] satisfies Choices[])(
    'warns where length matters: %o',
    (choices) => {
      expect(said('epochs', choices)).toMatch(/depends on the length of the run: extended, it differs/);
      expect(said('epochs', { schedule: 'exponential', warmup: 20 })).toBeUndefined();
    },
  );
});
