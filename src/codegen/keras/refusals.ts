/** What Keras has no counterpart for, by name. */
import type { Config } from '../../params/config.ts';
import { cyclesMomentum } from '../../params/momentum-role.ts';
import { parameters } from '../../params/table.ts';
import type { ParameterId } from '../../params/table.ts';
import type { RunMaterial } from '../material.ts';
import { kerasLoss, kerasOptimizers } from './settings.ts';

const absent: readonly {
  readonly id: ParameterId;
  readonly holds: (config: Config, material: RunMaterial) => boolean;
  readonly why: string;
}[] = [
  { id: 'optimizer', holds: ({ optimizer }) => kerasOptimizers[optimizer] === undefined, why: 'this rule' },
  { id: 'loss', holds: (config, { kind }) => kerasLoss(config, kind) === undefined, why: 'this loss for this task' },
  { id: 'zLoss', holds: ({ loss, zLoss }) => loss === 'ce' && zLoss > 0, why: 'a penalty on the normaliser of softmax' },
  { id: 'clip', holds: ({ clip }) => ['inf', 'agc', 'percentile'].includes(clip), why: 'this kind of clipping' },
  {
    id: 'layerDecay',
    holds: (config) => parameters.layerDecay.when(config) && (config.layerDecay !== 1 || config.headRate !== 1),
    why: 'rates by layer',
  },
  {
    id: 'frozenLayers',
    holds: ({ frozenLayers }) => frozenLayers > 0,
    why: 'a count of frozen layers; set trainable = False on the layers',
  },
  { id: 'sam', holds: ({ sam }) => sam > 0, why: 'sharpness-aware steps' },
  { id: 'gradientNoise', holds: ({ gradientNoise }) => gradientNoise > 0, why: 'noise on gradients' },
  { id: 'l1Rule', holds: ({ l1, l1Rule }) => l1 > 0 && l1Rule === 'proximal', why: 'an L1 that acts after the step' },
  {
    id: 'cycleMomentum',
    holds: cyclesMomentum,
    why: 'momentum that a schedule moves',
  },
  {
    id: 'onPatience',
    holds: ({ earlyStopping, onPatience }) => earlyStopping && onPatience === 'cut',
    why: 'patience that cuts the rate beside a schedule',
  },
];

/** Sentences about all that is in the way. */
export function kerasRefusals(material: RunMaterial): readonly string[] {
  const [phase] = material.phases;
  if (!phase) return [];
  if (material.language)
    return ['Language models cannot be exported to Keras: no code is written for rows of tokens there. Export to PyTorch.'];
  if (material.changes.length > 0) return ['Live changes cannot be exported to Keras: its fit() knows nothing of them. Export to PyTorch.'];
  return absent
    .filter(({ holds }) => holds(phase.config, material))
    .map(({ id, why }) => `“${parameters[id].label}” cannot be exported: Keras does not have ${why}.`);
}
