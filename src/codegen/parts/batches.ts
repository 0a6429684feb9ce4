/** Group 2: which examples make a batch, and how many micro-batches a step. */
import type { Emitter, PartInputs } from '../part.ts';
import { indent } from '../python.ts';
import type { Lines } from '../python.ts';

/** Examples of one effective batch, never more than there are. */
function effective({ material, phases }: PartInputs): string {
  return phases.derived('effective_batch', (config) => Math.min(config.batchSize * config.accumulation, material.train.count));
}

/** Whether a step is made of several micro-batches at any time. */
export function accumulates({ phases }: PartInputs): boolean {
  return phases.some(({ accumulation }) => accumulation > 1);
}

/** The order of one epoch. */
function orderLines({ material, phases }: PartInputs): Lines {
  const { count } = material.train;
  const { shuffle } = phases.config;
  if (shuffle === 'never') return [`order = torch.arange(${String(count)})`];
  if (shuffle === 'once') return ['order = orders[0]'];
  return [
    'if epoch < len(orders):',
    ...indent(['order = orders[epoch]']),
    'else:  # beyond what was exported: an order of our own',
    ...indent([`order = torch.randperm(${String(count)}, generator=torch.Generator().manual_seed(SEED + epoch))`]),
  ];
}

/** Writes `batches`. */
export const batches: Emitter = (inputs) => {
  const { phases } = inputs;
  const size = effective(inputs);
  const dropLast = phases.config.dropLast;
  const fixed = phases.isConstant((config) => config.batchSize * config.accumulation);
  const cut = fixed
    ? dropLast
      ? [
          `for start in range(0, len(order) - ${size} + 1, ${size}):`,
          ...indent([`yield order[start : start + ${size}], start + 2 * ${size} > len(order)`]),
        ]
      : [`for start in range(0, len(order), ${size}):`, ...indent([`yield order[start : start + ${size}], start + ${size} >= len(order)`])]
    : [
        'start = 0',
        'while start < len(order):',
        ...indent([`rows = order[start : start + ${size}]`, 'start += len(rows)', 'yield rows, start >= len(order)']),
      ];
  return {
    imports: ['import itertools'],
    definitions: [
      [
        'def batches(orders):',
        ...indent([
          '"""Rows of one batch after another, and whether it is the last of its epoch."""',
          'for epoch in itertools.count():',
          ...indent([...orderLines(inputs), ...cut]),
        ]),
      ],
    ],
  };
};
