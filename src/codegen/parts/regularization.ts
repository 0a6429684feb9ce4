/** Group 6: penalties on the gradient, noise, and what happens to the weights after the step. Dropout stands in the model. */
import type { Config } from '../../params/config.ts';
import { hasBatchNorm, hasLayerRates, movesWhole, trainable } from '../layers.ts';
import type { Emitter, PartInputs } from '../part.ts';
import { block, indent, under } from '../python.ts';
import type { Lines } from '../python.ts';

/** The weights that are trained, from `parameters` or `model`, as text. */
function weightTensors(inputs: PartInputs): string {
  if (!inputs.material.language) return '[p for p in parameters if p.ndim > 1]';
  return movesWhole(inputs) ? 'weights_of(model)' : '[p for p in weights_of(model) if p.requires_grad]';
}

/** The tensors that decay acts on, from `model`, as text. */
function decayed(inputs: PartInputs): string {
  const { material, phases } = inputs;
  const all = 'parameters';
  const weights = weightTensors(inputs);
  if (phases.keeps('decay')) return phases.config.decay === 'all' ? all : weights;
  if (material.language) return `(parameters if ${phases.derived('decay_all', ({ decay }) => decay === 'all')} else ${weights})`;
  return `[p for p in parameters if p.ndim > 1 or ${phases.derived('decay_all', ({ decay }) => decay === 'all')}]`;
}

const acts = {
  l2: (config: Config) => config.l2 > 0,
  l1: (config: Config) => config.l1 > 0 && config.l1Rule === 'subgradient',
  proximal: (config: Config) => config.l1 > 0 && config.l1Rule === 'proximal',
};

function penalties(inputs: PartInputs): Lines {
  const { phases } = inputs;
  const lines = [
    ...(phases.some(acts.l2)
      ? [...under(phases.condition('uses_l2', acts.l2), [`p.grad.add_(p, alpha=${phases.value('l2')})  # L2 penalty`])]
      : []),
    ...(phases.some(acts.l1)
      ? [...under(phases.condition('uses_l1', acts.l1), [`p.grad.add_(p.sign(), alpha=${phases.value('l1')})  # L1 penalty`])]
      : []),
  ];
  if (lines.length === 0) return [];
  const which = decayed(inputs);
  return [
    ...(which === 'parameters' ? [] : ['# Penalties act on weights, not on biases.']),
    ...(/\bparameters\b/.test(which) ? [`parameters = list(${trainable(inputs)})`] : []),
    'with torch.no_grad():',
    ...indent([`for p in ${which}:`, ...indent(lines)]),
  ];
}

/** Neelakantan et al. 2015, added after clipping as they do. */
function gradientNoise(inputs: PartInputs): Lines {
  const { phases } = inputs;
  if (!phases.some(({ gradientNoise: sigma }) => sigma > 0)) return [];
  const sigma = phases.value('gradientNoise');
  return under(
    phases.condition('gradient_noise_on', ({ gradientNoise: on }) => on > 0),
    block(`
      # Gradient noise (Neelakantan et al. 2015), which fades as the run goes on.
      for name, p in ${movesWhole(inputs) ? 'model.named_parameters()' : '[(name, p) for name, p in model.named_parameters() if p.requires_grad]'}:
          if recorded is None:
              noise = torch.randn(p.shape, generator=noise_source)
          else:
              noise = torch.from_numpy(recorded["gradient_noise." + name][step])
          p.grad.add_(noise.to(p), alpha=${sigma} * (1 + step) ** -0.275)
    `),
  );
}

function proximal(inputs: PartInputs): Lines {
  const { phases } = inputs;
  if (!phases.some(acts.proximal)) return [];
  const rate = hasLayerRates(inputs) ? 'rate_of[p]' : 'lr';
  const rates = hasLayerRates(inputs)
    ? ['rate_of = {p: lr * group["share"] for group in optimizer.param_groups for p in group["params"]}']
    : [];
  return under(phases.condition('proximal_l1', acts.proximal), [
    ...rates,
    ...block(`
      # L1 after the step: weights move towards 0 by lr * l1 and stop there.
      with torch.no_grad():
          for p in ${decayed(inputs)}:
              p.copy_(F.softshrink(p, ${rate} * ${phases.value('l1')}))
    `),
  ]);
}

function maxNorm(inputs: PartInputs): Lines {
  const { phases } = inputs;
  if (!phases.some((config) => config.maxNorm > 0)) return [];
  return under(
    phases.condition('max_norm_on', (config) => config.maxNorm > 0),
    block(`
      # Max-norm: the incoming weights of a unit are no longer than this.
      with torch.no_grad():
          for p in ${weightTensors(inputs)}:
              norms = p.flatten(1).norm(dim=1).clamp_min(1e-12)
              p.mul_((${phases.value('maxNorm')} / norms).clamp_max(1).view(-1, *[1] * (p.ndim - 1)))
    `),
  );
}

/** Whether an average of the weights is kept at any time. */
export function keepsAverage({ phases }: PartInputs): boolean {
  return phases.some((config) => config.average > 0 || config.optimizer === 'asgd');
}

/** The model that is judged: `model`, or its average. */
export function judgedModel(inputs: PartInputs): string {
  return keepsAverage(inputs) && inputs.phases.config.averageUse === 'average' ? 'average' : 'model';
}

/** The average of ASGD follows PyTorch's own from t0 on; any other is exponential. */
function average(inputs: PartInputs): { readonly setup: Lines; readonly update: Lines } {
  const { phases } = inputs;
  if (!keepsAverage(inputs)) return { setup: [], update: [] };
  const isAsgd = phases.config.optimizer === 'asgd';
  const setup = isAsgd
    ? ['average = copy.deepcopy(model)  # holds the mean that ASGD keeps beside the weights']
    : [
        `def exponential(averaged, p, count):`,
        ...indent([`return ${phases.value('average')} * averaged + (1 - ${phases.value('average')}) * p`]),
        '',
        `average = AveragedModel(model, avg_fn=exponential${hasBatchNorm({ phases }) ? ', use_buffers=True' : ''})`,
      ];
  const update = isAsgd
    ? [
        'with torch.no_grad():',
        ...indent([
          'for averaged, p in zip(average.parameters(), model.parameters()):',
          ...indent(under(movesWhole(inputs) ? undefined : 'p.requires_grad', ['averaged.copy_(optimizer.state[p]["ax"])'])),
        ]),
        ...(hasBatchNorm({ phases })
          ? indent([
              'for averaged, value in zip(average.buffers(), model.buffers()):  # and the running statistics',
              ...indent(['if value.is_floating_point():', `    averaged.lerp_(value, 1 / max(1, step - ${phases.value('averageFrom')}))`]),
            ])
          : []),
      ]
    : under(
        phases.condition('averages', (config) => config.average > 0),
        ['average.update_parameters(model)'],
      );
  return { setup, update };
}

/** Writes all of it. */
export const regularization: Emitter = (inputs) => {
  const { phases } = inputs;
  const { setup, update } = average(inputs);
  const noisy = phases.some(({ gradientNoise: sigma }) => sigma > 0);
  const isAsgd = phases.config.optimizer === 'asgd';
  return {
    imports: [
      ...(keepsAverage(inputs) && !isAsgd ? ['from torch.optim.swa_utils import AveragedModel'] : []),
      ...(isAsgd ? ['import copy'] : []),
    ],
    setup: [...setup, ...(noisy ? ['noise_source = torch.Generator().manual_seed(SEED)  # the same in every process'] : [])],
    penalties: penalties(inputs),
    noise: gradientNoise(inputs),
    update: [...proximal(inputs), ...maxNorm(inputs), ...update],
  };
};

/** Lines that make the inputs of the network from `x[mine]`, as `inputs`. */
export function inputLines({ material, phases }: PartInputs): Lines {
  if (material.language || !phases.some(({ inputNoise }) => inputNoise > 0)) return [];
  const sigma = phases.value('inputNoise');
  return block(`
    if recorded is None:
        noise = torch.randn_like(inputs)
    else:
        noise = torch.from_numpy(recorded["input_noise"][step][examples]).to(inputs)
    inputs = inputs + ${sigma} * noise
  `);
}

/** What penalties add to the loss, as an expression of `parameters`: for rules that look at the loss itself. */
export function penaltyValue(inputs: PartInputs): string {
  const { phases } = inputs;
  const which = decayed(inputs);
  return [
    ...(phases.some(acts.l2) ? [` + ${phases.value('l2')} / 2 * sum(p.pow(2).sum().item() for p in ${which})`] : []),
    ...(phases.some(({ l1 }) => l1 > 0) ? [` + ${phases.value('l1')} * sum(p.abs().sum().item() for p in ${which})`] : []),
  ].join('');
}
