/** Clipping of what a language model has and a table's network has not: tables of embeddings, and tensors that hold several gates. */
import { isGpt } from '../../params/model-kind.ts';
import type { PartInputs } from '../part.ts';
import { block } from '../python.ts';
import type { Lines } from '../python.ts';
import { headWeight } from './model.ts';
import { mindsGates } from './recurrent.ts';

/** Each tensor by its own norm, where one may hold several gates. */
export function gateByGate(limit: string): Lines {
  return block(`
    for p in parameters:  # each tensor by its own norm, and in it each gate
        for gate in p.grad.chunk(getattr(p, "gates", 1)):
            gate.mul_((${limit} / (gate.norm() + 1e-6)).clamp_max(1))
  `);
}

/** Adaptive clipping. A unit is a row of a matrix, a column of a table, or a vector as a whole. */
export function adaptiveInModules(inputs: PartInputs, share: string): Lines {
  const vectors = mindsGates(inputs) ? 'getattr(p, "gates", 1)' : '1';
  const ofHead = isGpt(inputs.phases.config.model) ? `p is ${headWeight(inputs)}` : 'p is model.output.weight or p is model.output.bias';
  return block(`
    # Adaptive clipping (Brock et al. 2021): a unit's gradient is held to a share of its weights; the head is left out.
    tables = {module.weight for module in model.modules() if isinstance(module, nn.Embedding)}
    for p in parameters:
        if ${ofHead}:
            continue
        units = len(p) if p.ndim > 1 else ${vectors}
        weights, gradient = p.detach().view(units, -1), p.grad.view(units, -1)
        axis = 0 if p in tables else 1  # what a unit of a table stands for is one of its columns
        limits = ${share} * weights.norm(dim=axis, keepdim=True).clamp_min(1e-3)
        gradient.mul_((limits / gradient.norm(dim=axis, keepdim=True).clamp_min(1e-6)).clamp_max(1))
  `);
}
