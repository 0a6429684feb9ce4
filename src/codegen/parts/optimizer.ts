/** Groups 5 and 7, and weight decay: the optimizer with its parameter groups, and the sharpness-aware step around it. */
import type { Config } from '../../params/config.ts';
import { hasBatchNorm, hasLayerRates, layerShares, movesWhole, trainable } from '../layers.ts';
import { headWeight, hiddenOf } from '../language/model.ts';
import { mindsGates } from '../language/recurrent.ts';
import { gateWise } from '../language/written.ts';
import type { Phase } from '../material.ts';
import type { Emitter, PartInputs } from '../part.ts';
import { optimizerSettings } from '../optimizers/settings.ts';
import { writtenOptimizers } from '../optimizers/written.ts';
import { block, call, indent, under } from '../python.ts';
import type { Lines } from '../python.ts';

/** Whether the optimizer decays weights at any time. */
function decays({ phases }: PartInputs): boolean {
  return phases.some(({ weightDecay, optimizer }) => weightDecay > 0 && optimizer !== 'rprop' && optimizer !== 'lbfgs');
}

/** Parameter groups as text: one where all are treated alike. */
function groups(inputs: PartInputs): Lines {
  const { phases } = inputs;
  const all = phases.some(({ decay }) => decay === 'all');
  const split = decays(inputs) && !(all && phases.keeps('decay'));
  const kinds = phases.config.optimizer === 'muon' ? ['hidden', 'other'] : ['all'];
  const rest = phases.derived('bias_decay', ({ decay, weightDecay }) => (decay === 'all' ? weightDecay : 0));
  const group = (params: string, settings: Lines) => `{${[`"params": ${params}`, ...settings].join(', ')}}`;
  const { language } = inputs.material;
  const marks = language && decayMoves(inputs) ? (isWeight: boolean) => [`"is_weight": ${isWeight ? 'True' : 'False'}`] : () => [];
  const spared = split ? [`"weight_decay": ${rest}`] : [];
  if (language && kinds.length === 2)
    return [
      group('hidden', ['"orthogonal": True', ...marks(true)]),
      ...(headWeight(inputs) === 'model.output.weight' ? [group('[model.output.weight]', marks(true))] : []),
      group('others', [...spared, ...marks(false)]),
    ];
  if (language) return split ? [group('weights', marks(true)), group('others', [...spared, ...marks(false)])] : [];
  if (kinds.length === 2)
    return [
      group('hidden', ['"orthogonal": True']),
      group('[p for p in weights if p not in hidden]', []).replace('p not in hidden', 'all(p is not h for h in hidden)'),
      group('biases', split ? [`"weight_decay": ${rest}`] : []),
    ];
  return split ? [group('weights', []), group('biases', [`"weight_decay": ${rest}`])] : [];
}

/** Whether a live change moves how strong decay is, or what it acts on. */
function decayMoves({ phases }: PartInputs): boolean {
  return !phases.keeps('weightDecay', 'decay');
}

/** The tensors that groups are made of, as assignments. */
function groupedTensors(inputs: PartInputs): Lines {
  const isMuon = inputs.phases.config.optimizer === 'muon';
  if (inputs.material.language)
    return [
      'weights = weights_of(model)',
      'others = [p for p in model.parameters() if all(p is not w for w in weights)]',
      ...(isMuon ? [`hidden = ${hiddenOf(inputs)}${hiddenNote(inputs)}`] : []),
    ];
  return [
    'weights = [p for p in model.parameters() if p.ndim > 1]',
    'biases = [p for p in model.parameters() if p.ndim == 1]',
    ...(isMuon ? ['hidden = weights[1:-1]  # neither the first layer nor the last'] : []),
  ];
}

/** Why a head is not among the hidden matrices. */
function hiddenNote(inputs: PartInputs): string {
  return headWeight(inputs) === 'model.output.weight' ? '  # not the head' : '  # the head is a table';
}

function buildOptimizer(inputs: PartInputs): Lines {
  const { phases } = inputs;
  const { className, settings, note } = optimizerSettings[phases.config.optimizer](phases);
  const comment = note === undefined ? [] : [note];
  const own = groups(inputs);
  const named = {
    lr: 'LEARNING_RATE',
    ...settings,
    // AdamW's own default is not 0.
    ...(decays(inputs) || className === 'torch.optim.AdamW' ? { weight_decay: decays(inputs) ? phases.value('weightDecay') : '0' } : {}),
  };
  if (hasLayerRates(inputs)) return byLayer(inputs, [...comment, `return ${call(className, ['groups'], named)}`]);
  if (own.length === 0)
    return ['def build_optimizer(model):', ...indent([...comment, `return ${call(className, [trainable(inputs)], named)}`])];
  return [
    'def build_optimizer(model):',
    ...indent([
      ...groupedTensors(inputs),
      'groups = [',
      ...indent(own.map((group) => `${group},`)),
      ']',
      ...(movesWhole(inputs) ? [] : ['for group in groups:', '    group["params"] = [p for p in group["params"] if p.requires_grad]']),
      ...comment,
      `return ${call(className, ['groups'], named)}`,
    ]),
  ];
}

/** A group for each tensor, with the rate of its layer. */
function byLayer(inputs: PartInputs, build: Lines): Lines {
  const { phases } = inputs;
  const rest = phases.derived('bias_decay', ({ decay, weightDecay }) => (decay === 'all' ? weightDecay : 0));
  const isMuon = phases.config.optimizer === 'muon';
  const { language } = inputs.material;
  const isWeight = language ? 'any(p is w for w in weights)' : 'p.ndim > 1';
  const entries = [
    '"params": [p]',
    '"lr": LEARNING_RATE * share',
    '"share": share',
    ...(decays(inputs) ? [`"weight_decay": ${phases.value('weightDecay')} if ${isWeight} else ${rest}`] : []),
    ...(language && decays(inputs) && decayMoves(inputs) ? [`"is_weight": ${isWeight}`] : []),
    ...(isMuon ? ['"orthogonal": any(p is h for h in hidden)'] : []),
  ];
  return [
    '# The rate of each layer, as a share of LEARNING_RATE.',
    `SHARES = ${layerShares(inputs)}`,
    '',
    '',
    'def build_optimizer(model):',
    ...indent([
      'groups = []',
      ...(language && entries.some((entry) => entry.includes('weights')) ? ['weights = weights_of(model)'] : []),
      ...(isMuon && language ? [`hidden = ${hiddenOf(inputs)}${hiddenNote(inputs)}`] : []),
      ...(isMuon && !language
        ? ['hidden = [p for p in model.parameters() if p.ndim > 1][1:-1]  # neither the first layer nor the last']
        : []),
      'for name, p in model.named_parameters():',
      ...indent([
        ...(movesWhole(inputs) ? [] : ['if not p.requires_grad:', '    continue']),
        language
          ? 'share = next(share for layer, share in SHARES.items() if name.startswith(layer))'
          : 'share = SHARES[name.split(".")[0].replace("_norm", "")]',
        `groups.append({${entries.join(', ')}})`,
      ]),
      ...build,
    ]),
  ];
}

/** Settings that live changes move are put into the groups anew before each step. */
function liveSettings(inputs: PartInputs): Lines {
  const { phases } = inputs;
  const { settings } = optimizerSettings[phases.config.optimizer](phases);
  const moving = Object.entries(settings).filter(([, text]) => text.includes('now.'));
  const set = moving.map(([key, text]) => `group["${key}"] = ${text}`);
  const decay = phases.value('weightDecay');
  const rest = phases.derived('bias_decay', ({ decay: on, weightDecay }) => (on === 'all' ? weightDecay : 0));
  if (decays(inputs) && (hasLayerRates(inputs) || groups(inputs).length > 0) && (decay + rest).includes('now.'))
    return [
      ...(set.length > 0 ? ['for group in optimizer.param_groups:', ...indent(set)] : []),
      'for group in optimizer.param_groups:',
      ...indent([
        `group["weight_decay"] = ${decay} if ${inputs.material.language ? 'group["is_weight"]' : 'group["params"][0].ndim > 1'} else ${rest}`,
      ]),
    ];
  const all = [...set, ...(decays(inputs) && decay.includes('now.') ? [`group["weight_decay"] = ${decay}`] : [])];
  return all.length > 0 ? ['for group in optimizer.param_groups:', ...indent(all)] : [];
}

/** The line search of torch.optim.LBFGS divides by the rate; a step of none moves nothing, with a search or without. */
function searchLines({ phases }: PartInputs): Lines {
  const { settings } = optimizerSettings[phases.config.optimizer](phases);
  const search = settings['line_search_fn'];
  if (search === undefined || !phases.some(canBeStill)) return [];
  return block(`
    for group in optimizer.param_groups:  # the line search divides by the rate
        group["line_search_fn"] = ${search} if lr > 0 else None
  `);
}

/** Whether the rate can be 0 at a step. */
function canBeStill({ schedule, minLr, drawn }: Config, { warmupSteps, config }: Phase): boolean {
  if (warmupSteps > 0 && config.warmupFrom === 0) return true;
  return (schedule === 'cyclic' && minLr === 0) || (schedule === 'drawn' && drawn.some(([, factor]) => factor === 0));
}

/** Sharpness-aware minimisation: the gradient once more at the worst point nearby. */
function sharpness({ phases }: PartInputs): Lines {
  if (!phases.some(({ sam }) => sam > 0)) return [];
  const lines = block(`
    # Sharpness-aware (Foret et al. 2021): the gradient at the worst point within rho, on the same batch.
    with torch.no_grad():
        before = [p.clone() for p in parameters]
        length = torch.stack([p.grad.norm() for p in parameters]).norm() + 1e-12
        for p in parameters:
            p.add_(p.grad * (${phases.value('sam')} / length))
    STILL
    gradients(network, x, y, rows)
    MOVING
    with torch.no_grad():
        for p, value in zip(parameters, before):
            p.copy_(value)
  `).flatMap((line) => {
    if (!/STILL|MOVING/.test(line)) return [line];
    const momentum = line.includes('STILL') ? '0.0  # the running statistics are those of the first look' : '0.1';
    return hasBatchNorm({ phases }) ? ['for norm in batch_norms:', `    norm.momentum = ${momentum}`] : [];
  });
  return under(
    phases.condition('sharpness_aware', ({ sam }) => sam > 0),
    lines,
  );
}

/** Writes `build_optimizer`. */
export const optimizer: Emitter = (inputs) => {
  const { phases } = inputs;
  const { optimizer: name } = phases.config;
  const written = Object.entries(writtenOptimizers).find(([id]) => id === name)?.[1];
  const scheduleFree = name === 'sfsgd' || name === 'sfadamw';
  return {
    definitions: [...(written ? [mindsGates(inputs) ? gateWise(name, written) : written] : []), buildOptimizer(inputs)],
    begin: liveSettings(inputs),
    ahead: [...searchLines(inputs), ...(scheduleFree ? ['optimizer.look_ahead()'] : [])],
    sharpness: sharpness(inputs),
  };
};
