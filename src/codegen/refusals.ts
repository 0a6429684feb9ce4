/**
 * What a script cannot carry, by name and with a reason: live changes, and the two configurations that PyTorch itself refuses. Nothing is
 * left out in silence.
 */
import type { Config } from '../params/config.ts';
import { parameters } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { meetsLoneExample } from './lone-examples.ts';
import type { RunMaterial } from './material.ts';
import { Phases } from './phases.ts';

/** An export that is refused; each problem is a sentence that names the parameter. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}

/** Parameters whose live change a script cannot repeat, and why. */
const fixed = {
  shuffle: 'an epoch under way would go on in another order',
  dropLast: 'it can end an epoch that is under way',
  monitor: 'early stopping would begin again in the middle of the run',
  baseline: 'early stopping takes it only at the start',
  layerDecay: 'parameter groups are made at the start',
  headRate: 'parameter groups are made at the start',
  frozenLayers: 'what is trained is settled at the start',
  centered: 'torch.optim.RMSprop prepares for it at the first step',
  amsgrad: 'torch.optim.Adam prepares for it at the first step',
  historySize: 'torch.optim.LBFGS prepares its memory at the first step',
} as const satisfies Partial<Record<ParameterId, string>>;

/** Combinations of live changes and settings. */
const combinations: readonly {
  readonly id: ParameterId;
  readonly holds: (phases: Phases) => boolean;
  readonly why: string;
}[] = [
  {
    id: 'batchSize',
    holds: (phases) => phases.some(({ dropLast }) => dropLast) && !phases.keeps('batchSize', 'accumulation'),
    why: 'with “Drop last batch” on it can end an epoch that is under way',
  },
  {
    id: 'momentum',
    holds: (phases) => phases.config.optimizer === 'rmsprop' && !phases.isConstant(({ momentum }) => momentum > 0),
    why: 'torch.optim.RMSprop prepares for momentum at the first step',
  },
  {
    id: 'schedule',
    holds: (phases) =>
      phases.some(isPlateau) && (!phases.keeps('schedule') || !phases.isConstant((_, { rate, warmupSteps }) => [rate, warmupSteps])),
    why: 'the cuts of “Reduce on plateau” and a change of the rate, its schedule or its warm-up do not add up in torch.optim.lr_scheduler',
  },
  {
    id: 'average',
    holds: (phases) => phases.config.averageUse === 'average' && !phases.isConstant(({ average }) => average > 0),
    why: 'it would change which weights are judged',
  },
];

const isPlateau = ({ schedule }: Config): boolean => schedule === 'plateau';

/** Sentences about all that is in the way of a script; none if nothing is. */
export function refusals(material: RunMaterial): readonly string[] {
  const phases = new Phases(material);
  const unclipped = phases.some(({ optimizer, clip }) => optimizer === 'lbfgs' && clip === 'percentile');
  const sentence = (id: ParameterId, why: string) => `A live change of “${parameters[id].label}” cannot be exported: ${why}.`;
  const ids = Object.keys(fixed) as (keyof typeof fixed)[];
  return [
    ...(unclipped
      ? [`“${parameters.clip.label}” by recent norms cannot be exported with L-BFGS: torch.optim.LBFGS looks at several gradients a step.`]
      : []),
    ...(meetsLoneExample(material)
      ? [
          `“${parameters.normalization.label}” by batch cannot be exported with a batch of one example, which torch.nn.BatchNorm1d refuses: ` +
            `choose another “${parameters.batchSize.label}”, or switch “${parameters.dropLast.label}” on.`,
        ]
      : []),
    ...ids.filter((id) => parameters[id].when(phases.config) && !phases.keeps(id)).map((id) => sentence(id, fixed[id])),
    ...combinations.filter(({ holds }) => holds(phases)).map(({ id, why }) => sentence(id, why)),
  ];
}
