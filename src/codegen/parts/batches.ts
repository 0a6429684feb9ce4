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

/** Goes through the epochs; `cut` deals out one of them, whose order is `order`. */
function epochLines({ material, phases }: PartInputs, cut: Lines): Lines {
  const { count } = material.train;
  const { shuffle } = phases.config;
  if (shuffle === 'never') return [`order = torch.arange(${String(count)})`, 'while True:', ...indent(cut)];
  if (shuffle === 'once')
    return ['while True:  # one order for all epochs', ...indent(cut.map((line) => line.replaceAll('order', 'orders[0]')))];
  const loop = ['for order in orders:', ...indent(cut)];
  if (material.order.length >= material.epochs * count) return loop;
  return [
    'for epoch in itertools.count():',
    ...indent([
      '# Beyond what was exported: an order of our own.',
      'own = torch.Generator().manual_seed(SEED + epoch)',
      `order = orders[epoch] if epoch < len(orders) else torch.randperm(${String(count)}, generator=own)`,
      ...cut,
    ]),
  ];
}

/** Writes `batches`. */
export const batches: Emitter = (inputs) => {
  const { phases } = inputs;
  const size = effective(inputs);
  const last = phases.config.dropLast;
  const fixed = phases.isConstant((config) => config.batchSize * config.accumulation);
  const loop = last
    ? [`for start in range(0, len(order) - ${size} + 1, ${size}):  # a short last batch is dropped`]
    : [`for start in range(0, len(order), ${size}):`];
  const ends = last ? `start + 2 * ${size} > len(order)` : `start + ${size} >= len(order)`;
  const cut = fixed
    ? [...loop, ...indent([`yield order[start : start + ${size}], ${ends}`])]
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
        ...indent(['"""Rows of one batch after another, and whether it is the last of its epoch."""', ...epochLines(inputs, cut)]),
      ],
    ],
  };
};
