/** The functions of a batch: its gradient, shared among processes, and the evaluation of a split. */
import type { Assembly } from '../assembly.ts';
import { at } from '../assembly.ts';
import { evaluateRows } from '../language/rows.ts';
import type { PartInputs } from '../part.ts';
import { indent } from '../python.ts';
import type { Lines } from '../python.ts';
import { accumulates } from './batches.ts';
import { hasZLoss, lossDivisor, metricLines, trainingLosses, zLosses } from './loss.ts';
import { inputLines } from './regularization.ts';

/** The gradient of one effective batch: each process takes its share of the rows. */
export function gradients(assembly: Assembly): Lines {
  const { parts, draws, dropsOut, phases } = assembly;
  const accumulated = accumulates(assembly);
  const micro = phases.value('batchSize');
  const inputs = inputLines(assembly);
  const examples = draws
    ? accumulated
      ? [`for examples in torch.arange(len(rows)).split(${micro}):`]
      : ['examples = torch.arange(len(rows))[RANK::WORLD]']
    : [];
  const mine = draws
    ? accumulated
      ? ['examples = examples[RANK::WORLD]', 'mine = rows[examples]']
      : ['mine = rows[examples]']
    : accumulated
      ? [`mine = part[RANK::WORLD]`]
      : ['mine = rows[RANK::WORLD]'];
  const pass = [
    ...mine,
    ...(dropsOut ? ['RecordedDropout.step, RecordedDropout.examples = step, examples'] : []),
    ...(inputs.length > 0
      ? ['inputs = x[mine]', ...inputs, 'output, target = model(inputs), y[mine]']
      : ['output, target = model(x[mine]), y[mine]']),
    `loss = (${trainingLosses(assembly)}).sum() / ${lossDivisor(assembly)}`.replace(
      assembly.material.language ? /\((example_losses\([^()]*\))\)/ : /\((example_losses\(output, target\))\)/,
      '$1',
    ),
    ...(hasZLoss(assembly) ? [`z_loss = (${zLosses(assembly)}).sum() / ${lossDivisor(assembly)}`] : []),
    `(${hasZLoss(assembly) ? '(loss + z_loss)' : 'loss'} * WORLD).backward()  # DistributedDataParallel takes the mean over processes`,
    'total += loss.detach()',
    ...(tellsZLoss(assembly) ? ['penalty += z_loss.detach()'] : []),
  ];
  const looped = accumulated
    ? [draws ? (examples[0] ?? '') : `for part in rows.split(${micro}):`, ...indent(pass)]
    : [...examples, ...pass];
  const title = draws ? 'def gradients(model, x, y, rows, step, recorded):' : 'def gradients(model, x, y, rows):';
  return [
    title,
    ...indent([
      '"""The mean loss over these rows; its gradient is put into the parameters. Each process takes its share of the rows."""',
      'model.zero_grad()',
      `total = torch.zeros((), dtype=${assembly.material.language ? 'next(model.parameters())' : 'x'}.dtype, device=x.device)`,
      ...(tellsZLoss(assembly) ? ['penalty = torch.zeros_like(total)'] : []),
      ...looped,
      'if WORLD > 1:',
      ...indent(['dist.all_reduce(total)', ...(tellsZLoss(assembly) ? ['dist.all_reduce(penalty)'] : [])]),
      ...at(parts, 'penalties'),
      tellsZLoss(assembly) ? 'return total.item(), penalty.item()' : 'return total.item()',
    ]),
  ];
}

/** Whether `gradients` tells the z-loss beside the loss: for a rule that looks at what its gradient is of. */
export function tellsZLoss(inputs: PartInputs): boolean {
  return hasZLoss(inputs) && inputs.phases.config.optimizer === 'lbfgs';
}

/** Mean loss and metric of a split. */
export function evaluate(inputs: PartInputs): Lines {
  if (inputs.material.language) return evaluateRows(inputs.material.language);
  return [
    'def evaluate(model, x, target):',
    ...indent([
      '"""Mean loss and metric of a split, in evaluation mode."""',
      'model.eval()',
      'with torch.no_grad():',
      ...indent(['output = model(x)', 'loss = example_losses(output, target).mean()', ...metricLines(inputs)]),
      'model.train()',
      'return loss.item(), metric.item()',
    ]),
  ];
}
