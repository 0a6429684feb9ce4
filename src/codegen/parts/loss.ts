/** Group 4: the loss of each example, as `torch.nn.functional` has it where it has it. */
import type { Config } from '../../params/config.ts';
import type { TaskKind } from '../../params/task-kind.ts';
import { countedArgument, languageConstants, rowLosses, rowNormalizers } from '../language/rows.ts';
import type { Emitter, PartInputs } from '../part.ts';
import type { Phases } from '../phases.ts';
import { indent, literal } from '../python.ts';
import type { Lines } from '../python.ts';

/** Body of `example_losses`: returns `[n]`. */
type Body = (phases: Phases) => Lines;

const hot = 'hot = F.one_hot(target, output.shape[1]).to(output)';

const bodies: Readonly<Record<Exclude<TaskKind, 'language'>, Partial<Record<Config['loss'], Body>>>> = {
  binary: {
    bce: (phases) => [
      ...(smooths(phases) ? ['target = target * (1 - smoothing) + smoothing / 2'] : []),
      'return F.binary_cross_entropy_with_logits(output.squeeze(1), target, reduction="none")',
    ],
    focal: (phases) => [
      'margin = (2 * target - 1) * output.squeeze(1)',
      `alpha = ${phases.value('focalAlpha')} * target + (1 - ${phases.value('focalAlpha')}) * (1 - target)`,
      `fading = torch.exp(-${phases.value('focalGamma')} * F.softplus(margin))  # (1 - p) ** gamma`,
      'return alpha * fading * F.softplus(-margin)',
    ],
    mse: () => ['return (torch.sigmoid(output.squeeze(1)) - target) ** 2'],
    hinge: () => ['return F.relu(1 - (2 * target - 1) * output.squeeze(1))'],
  },
  multiclass: {
    ce: (phases) => [`return F.cross_entropy(output, target, reduction="none"${smooths(phases) ? ', label_smoothing=smoothing' : ''})`],
    focal: (phases) => [
      hot,
      'missing = (output.softmax(1) * (1 - hot)).sum(1).clamp_min(1e-30)  # 1 - p, with all its digits',
      `return torch.exp(${phases.value('focalGamma')} * missing.log()) * F.cross_entropy(output, target, reduction="none")`,
    ],
    mse: () => [hot, 'return ((output.softmax(1) - hot) ** 2).mean(1)'],
    margin: () => ['return F.multi_margin_loss(output, target, reduction="none")'],
  },
  regression: {
    mse: () => ['return F.mse_loss(output, target, reduction="none").mean(1)'],
    mae: () => ['return F.l1_loss(output, target, reduction="none").mean(1)'],
    huber: (phases) => [`return F.huber_loss(output, target, reduction="none", delta=${phases.value('delta')}).mean(1)`],
    smoothl1: (phases) => [`return F.smooth_l1_loss(output, target, reduction="none", beta=${phases.value('smoothL1Beta')}).mean(1)`],
    logcosh: () => [
      'distance = (output - target).abs()',
      'return (distance + F.softplus(-2 * distance) - math.log(2)).mean(1)  # ln cosh, without overflow',
    ],
    quantile: (phases) => [
      'error = target - output',
      `return torch.maximum(${phases.value('quantileTau')} * error, (${phases.value('quantileTau')} - 1) * error).mean(1)`,
    ],
  },
};

/** Whether labels are smoothed at any time. */
function smooths(phases: Phases): boolean {
  return phases.some(({ smoothing, loss }) => smoothing > 0 && (loss === 'bce' || loss === 'ce'));
}

/** Whether examples count by their class at any time. */
function weighs(phases: Phases): boolean {
  return phases.some((_, { classWeights }) => classWeights !== undefined);
}

/** The expression by which the summed loss of a step is divided, for `rows`. */
export function lossDivisor({ phases }: PartInputs): string {
  return weighs(phases) ? 'total_weight(y[rows])' : 'len(rows)';
}

/** The losses of the examples in training, from `output` and `target`. */
export function trainingLosses({ material, phases }: PartInputs): string {
  if (material.language) {
    const counted = countedArgument(material.language, true);
    return `example_losses(output, target${counted}${smooths(phases) ? `, smoothing=${phases.value('smoothing')}` : ''})`;
  }
  const losses = smooths(phases)
    ? `example_losses(output, target, smoothing=${phases.value('smoothing')})`
    : 'example_losses(output, target)';
  return weighs(phases) ? `${losses} * class_weights(target).to(output)` : losses;
}

/** Whether the z-loss is on at any time. */
export function hasZLoss({ phases }: Pick<PartInputs, 'phases'>): boolean {
  return phases.some(({ zLoss, loss: rule }) => zLoss > 0 && rule === 'ce');
}

/** The z-loss of the examples in training, from `output` and, where classes weigh, `target`. */
export function zLosses(inputs: PartInputs): string {
  const { material, phases } = inputs;
  const counted = material.language ? countedArgument(material.language, true) : '';
  const given = material.language?.masksPrompts === true ? `output, target${counted}` : `output${counted}`;
  const losses = `${phases.value('zLoss')} * normalizer_squares(${given})`;
  return weighs(phases) ? `${losses} * class_weights(target).to(output)` : losses;
}

const squaresOfExamples: Lines = [
  'def normalizer_squares(output):',
  ...indent([
    '"""The square of ln Z of each example, Z being what softmax divides by (Chowdhery et al. 2022)."""',
    'return output.logsumexp(1) ** 2',
  ]),
];

/** Writes `example_losses`. Throws `RangeError` for a loss that the task does not have. */
export const loss: Emitter = ({ material, phases }) => {
  const { language } = material;
  const squares = hasZLoss({ phases });
  if (language)
    return {
      constants: languageConstants(language, material.train),
      definitions: [rowLosses(language, smooths(phases)), ...(squares ? [rowNormalizers(language)] : [])],
    };
  const body = material.kind === 'language' ? undefined : bodies[material.kind][phases.config.loss];
  if (!body) throw new RangeError(`the loss ${phases.config.loss} does not fit a ${material.kind} task`);
  const title = smooths(phases) ? '(output, target, smoothing=0.0)' : '(output, target)';
  const classes = Math.max(2, material.outputs);
  const weights = phases.derived('class_weights', (_, { classWeights }) => classWeights ?? new Array<number>(classes).fill(1));
  return {
    definitions: [
      [`def example_losses${title}:`, ...indent(['"""The loss of each example."""', ...body(phases)])],
      ...(squares ? [squaresOfExamples] : []),
      ...(weighs(phases)
        ? [
            [
              'def class_weights(target):',
              ...indent([
                '"""How much each example counts, by its class."""',
                `return torch.tensor(${weights}, dtype=torch.float64)[target.cpu().long()].to(target.device)`,
              ]),
            ],
            [
              'def total_weight(target):',
              ...indent([
                '"""What a batch counts in all; one without weight moves nothing."""',
                'return class_weights(target).sum().item() or 1.0',
              ]),
            ],
          ]
        : []),
    ],
  };
};

/** The metric of `output` and `target`, lower case names as in the report. */
export function metricLines({ material }: PartInputs): Lines {
  switch (material.kind) {
    case 'binary':
      return ['metric = ((output.squeeze(1) > 0) == (target > 0.5)).double().mean()'];
    case 'multiclass':
      return ['metric = (output.argmax(1) == target).double().mean()'];
    case 'language':
      return [];
    case 'regression':
      return [`metric = ${literal(material.targetScale)} * ((output - target) ** 2).mean().sqrt()  # in original units`];
  }
}
