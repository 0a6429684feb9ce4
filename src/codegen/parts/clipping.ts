/** Group 10: a bound on the gradient, by `torch.nn.utils` where it has one. */
import type { Config } from '../../params/config.ts';
import { adaptiveInModules, gateByGate } from '../language/clipping.ts';
import { mindsGates } from '../language/recurrent.ts';
import type { Emitter, PartInputs } from '../part.ts';
import { block, indent, under } from '../python.ts';
import type { Lines } from '../python.ts';

const rules: Readonly<Record<Exclude<Config['clip'], 'none'>, (inputs: PartInputs) => Lines>> = {
  value: ({ phases }) => [`nn.utils.clip_grad_value_(parameters, ${phases.value('clipAt')})`],
  norm: ({ phases }) => [`nn.utils.clip_grad_norm_(parameters, ${phases.value('clipAt')})`],
  inf: ({ phases }) => [`nn.utils.clip_grad_norm_(parameters, ${phases.value('clipAt')}, norm_type=math.inf)`],
  tensor: (inputs) => {
    const limit = inputs.phases.value('clipAt');
    if (mindsGates(inputs)) return gateByGate(limit);
    return ['for p in parameters:  # each tensor by its own norm', ...indent([`nn.utils.clip_grad_norm_([p], ${limit})`])];
  },
  agc: (inputs) => {
    const share = inputs.phases.value('adaptiveClip');
    if (inputs.material.language) return adaptiveInModules(inputs, share);
    return block(`
      # Adaptive clipping (Brock et al. 2021): a unit's gradient is held to a share of its weights; the last layer is left out.
      for p in parameters[:-2]:
          units = len(p) if p.ndim > 1 else 1
          weights, gradient = p.detach().view(units, -1), p.grad.view(units, -1)
          limits = ${share} * weights.norm(dim=1, keepdim=True).clamp_min(1e-3)
          gradient.mul_((limits / gradient.norm(dim=1, keepdim=True).clamp_min(1e-6)).clamp_max(1))
    `);
  },
  percentile: ({ phases }) =>
    block(`
      # The threshold is a percentile of the last 64 gradient norms (Seetharaman et al. 2020), by nearest rank.
      rank = math.ceil(len(recent_norms) * ${phases.value('clipPercentile')} / 100 - 1e-3)
      threshold = sorted(recent_norms)[max(rank, 1) - 1] if recent_norms else math.inf
      recent_norms.append(nn.utils.clip_grad_norm_(parameters, threshold).item())
    `),
};

/** Writes the clipping; a live change of its kind gives one branch for each. */
export const clipping: Emitter = (inputs) => {
  const { phases } = inputs;
  const kinds = [...new Set(phases.list.map(({ config }) => config.clip))].flatMap((kind) => (kind === 'none' ? [] : [kind]));
  const clip = kinds.flatMap((kind) =>
    under(phases.keeps('clip') ? undefined : `${phases.value('clip')} == "${kind}"`, rules[kind](inputs)),
  );
  const remembers = kinds.includes('percentile');
  return {
    imports: remembers ? ['from collections import deque'] : [],
    setup: remembers ? ['recent_norms = deque(maxlen=64)'] : [],
    clip,
  };
};
