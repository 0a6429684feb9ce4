/** Who has momentum, and which controls of it are on the page. */
import { describe, expect, it } from 'vitest';
import { resolve } from './config.ts';
import type { Choices } from './config.ts';
import { cyclesMomentum, hasVelocity, ownMomentum } from './momentum-role.ts';
import { optimizerOptions } from './options.ts';
import { groups, parameters } from './table.ts';
import type { ParameterId } from './table.ts';

const controls = ['momentum', 'dampening', 'nesterov', 'beta1', 'beta2', 'cycleMomentum', 'baseMomentum', 'maxMomentum'] as const;

/** The controls of momentum that are shown. */
const shown = (choices: Choices): readonly ParameterId[] => controls.filter((id) => parameters[id].when(resolve(choices)));
const summary = (choices: Choices) => groups.find(({ id }) => id === 'momentum')?.summary(resolve(choices));

describe('what plays momentum’s part', () => {
  it('is μ, β₁ or nothing, in each optimizer', () => {
    const played = { 0: 'adagrad adadelta rprop asgd lbfgs', 0.5: 'sgd rmsprop muon sfsgd' };
    for (const { value: optimizer } of optimizerOptions) {
      const expected = Object.entries(played).find(([, names]) => names.split(' ').includes(optimizer))?.[0] ?? '0.8';
      expect(ownMomentum({ optimizer, momentum: 0.5, beta1: 0.8 }), optimizer).toBe(Number(expected));
    }
  });

  it('is moved by cycles alone, and only where there is one', () => {
    const cycles = (choices: Choices) => cyclesMomentum(resolve(choices));
    expect([cycles({ schedule: 'onecycle' }), cycles({ schedule: 'cyclic' }), cycles({ schedule: 'cosine' })]).toEqual([true, true, false]);
    expect(cycles({ schedule: 'onecycle', cycleMomentum: false })).toBe(false);
    expect(cycles({ schedule: 'onecycle', optimizer: 'adagrad' })).toBe(false);
  });

  it('gives steps a velocity with μ above 0, set or moved', () => {
    expect(hasVelocity(resolve({ optimizer: 'sgd' }))).toBe(false);
    expect(hasVelocity(resolve({ optimizer: 'sgd', momentum: 0.5 }))).toBe(true);
    expect(hasVelocity(resolve({ optimizer: 'sgd', schedule: 'onecycle' }))).toBe(true);
    expect(hasVelocity(resolve({ optimizer: 'adam', schedule: 'onecycle' }))).toBe(false);
  });
});

describe('the controls of momentum', () => {
  it.each<readonly [string, Choices, readonly ParameterId[]]>([
    ['SGD without it', { optimizer: 'sgd' }, ['momentum']],
    ['SGD with it', { optimizer: 'sgd', momentum: 0.9 }, ['momentum', 'dampening', 'nesterov']],
    ['SGD, cycled', { optimizer: 'sgd', schedule: 'onecycle' }, ['dampening', 'nesterov', 'cycleMomentum', 'baseMomentum', 'maxMomentum']],
    ['SGD, not cycled', { optimizer: 'sgd', schedule: 'onecycle', cycleMomentum: false }, ['momentum', 'cycleMomentum']],
    ['Adam', { optimizer: 'adam' }, ['beta1', 'beta2']],
    ['Adam, cycled', { optimizer: 'adam', schedule: 'cyclic' }, ['beta2', 'cycleMomentum', 'baseMomentum', 'maxMomentum']],
    [
      'Muon, whose β₁ is not cycled',
      { optimizer: 'muon', schedule: 'cyclic' },
      ['beta1', 'beta2', 'cycleMomentum', 'baseMomentum', 'maxMomentum'],
    ],
    ['Adafactor', { optimizer: 'adafactor' }, ['beta1']],
    ['Adagrad', { optimizer: 'adagrad', schedule: 'onecycle' }, []],
  ])('are those that act: %s', (_name, choices, expected) => {
    expect(shown(choices)).toEqual(expected);
  });
});

describe('the line of the group', () => {
  it.each<readonly [Choices, string]>([
    [{ optimizer: 'sgd' }, 'off'],
    [{ optimizer: 'sgd', momentum: 0.9, nesterov: true }, 'μ 0.9 · Nesterov'],
    [{ optimizer: 'sgd', schedule: 'onecycle' }, 'μ 0.85–0.95, cycled'],
    [{ optimizer: 'sgd', schedule: 'onecycle', cycleMomentum: false }, 'off'],
    [{ optimizer: 'adam' }, 'β₁ 0.9 · β₂ 0.999'],
    [{ optimizer: 'adam', schedule: 'cyclic', baseMomentum: 0.8 }, 'β₁ 0.8–0.95, cycled · β₂ 0.999'],
    [{ optimizer: 'adafactor' }, 'off'],
    [{ optimizer: 'adafactor', beta1: 0.9 }, 'β₁ 0.9'],
    [{ optimizer: 'adagrad' }, 'not in Adagrad'],
  ])('of %j is “%s”', (choices, line) => {
    expect(summary(choices)).toBe(line);
  });
});
