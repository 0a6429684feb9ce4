/** The function that trains: what it keeps, what it does after an evaluation, and one step in the order in which the product takes it. */
import type { Assembly } from '../assembly.ts';
import { at, metricName } from '../assembly.ts';
import { modelToTrain } from '../language/tuning.ts';
import { frozenPrefixes, hasBatchNorm, hasLayerRates, trainable } from '../layers.ts';
import { rowsIn } from '../language/rows.ts';
import type { PartInputs } from '../part.ts';
import { block, indent } from '../python.ts';
import type { Lines } from '../python.ts';
import { watched } from './early-stopping.ts';
import { tellsZLoss } from './gradients.ts';
import { judgedModel, penaltyValue } from './regularization.ts';

/** Lines after an evaluation, as a function of the step. */
function look(assembly: Assembly): Lines {
  const { parts } = assembly;
  const evaluated = at(parts, 'evaluated');
  const names = [...new Set(at(parts, 'setup').flatMap((line) => /^([a-z_, ]+) = /.exec(line)?.[1]?.split(', ') ?? []))];
  const assigned = names.filter((name) => evaluated.some((line) => new RegExp(`(^|[ ,])${name}(, \\w+)* (=|\\+=) `).test(line)));
  const value = evaluated.some((line) => /\bvalue\b/.test(line)) ? [`value = ${watched(assembly)}  # lower is better`] : [];
  const stops = evaluated.some((line) => /\bstopped\b/.test(line));
  const nonlocal = [...assigned, ...(stops ? ['stopped'] : [])];
  return [
    'def look(step, on_cadence):',
    ...indent([...(nonlocal.length > 0 ? [`nonlocal ${nonlocal.join(', ')}`] : []), ...judgeLines(assembly), ...value, ...evaluated]),
  ];
}

/** Judges what is held out: of the new text, and of the old one after pretraining. */
function judgeLines(assembly: Assembly): Lines {
  const { language, old } = assembly.material;
  const judged = judgedModel(assembly);
  const said = 'step {step}: validation loss {valid_loss:.6g}, METRIC {metric:.4g}'.replace('METRIC', metricName(assembly.material));
  return [
    `valid_loss, metric = evaluate(${judged}, ${language ? `*${rowsIn(language, 'valid')}` : 'data["valid_x"], data["valid_y"]'})`,
    ...(old ? [`old_loss, _ = evaluate(${judged}, *shifted(data["old"]))  # of the text that the model was pretrained on`] : []),
    `curve["evaluations"].append([step, valid_loss, metric${old ? ', old_loss' : ''}])`,
    `report(f"${said}${old ? ', loss on the old text {old_loss:.6g}' : ''}")`,
  ];
}

/** When an evaluation is due after a step. */
function cadence({ phases }: PartInputs): string {
  if (phases.keeps('evaluateEvery'))
    return phases.config.evaluateEvery === 0 ? 'ends_epoch' : `(step + 1) % ${String(phases.config.evaluateEvery)} == 0`;
  const every = phases.value('evaluateEvery');
  return `(step + 1) % ${every} == 0 if ${every} > 0 else ends_epoch`;
}

/** The function `train`. */
export function train(assembly: Assembly): Lines {
  const { parts, phases, draws } = assembly;
  const total = phases.derived('steps', (_, { totalSteps }) => totalSteps);
  const steps = total === String(phases.first.totalSteps) ? 'STEPS' : total;
  const stops = at(parts, 'evaluated').some((line) => /\bstopped\b/.test(line));
  const lookLines = look(assembly);
  const loop = stepLines(assembly);
  const nudged = assembly.material.language ? ', nudge=0.0' : '';
  const orders = phases.config.shuffle === 'never' ? 'None' : 'data["order"]';
  // Asked last: by now every part has said what it needs of the live settings.
  const moving = phases.moves();
  return [
    `def train(dtype=torch.float32, device="cpu", steps=None, over=True${nudged}${draws ? ', use_recorded=False' : ''}, report=lambda line: None):`,
    ...indent([
      '"""Trains from the exported weights, as far as `steps`, where the run is `over` or goes on; returns the model and its curve."""',
      ...(moving ? ['vars(now).update(SETTINGS)'] : []),
      ...setupLines(assembly),
      ...(stops ? ['stopped = False'] : []),
      '',
      ...lookLines,
      '',
      'look(0, on_cadence=True)',
      `for step, (rows, ends_epoch) in enumerate(batches(${orders})):`,
      ...indent([
        `if step == (${steps} if steps is None else steps)${stops ? ' or stopped' : ''}:`,
        ...indent(['break']),
        ...loop,
        ...(moving ? ['vars(now).update(CHANGES.get(step + 1, {}))'] : []),
      ]),
      '',
      ...finishLines(assembly),
    ]),
  ];
}

/** Layers that keep their weights. */
function frozenLines(inputs: PartInputs): Lines {
  const prefixes = frozenPrefixes(inputs);
  if (prefixes === undefined) return [];
  return ['for name, p in model.named_parameters():  # frozen layers', `    p.requires_grad_(not name.startswith(${prefixes}))`];
}

/** First weights that are off by a rounding, to see what training makes of it. */
const nudged = block(`
  if nudge > 0:
      with torch.no_grad():
          for p in model.parameters():
              p.mul_(1 + nudge * torch.randn_like(p))
`);

/** Puts the masks of the app into modules within modules. */
const recordedInModules = block(`
  for name, module in list(model.named_modules()):
      if isinstance(module, nn.Dropout) and recorded is not None:
          parent, _, child = name.rpartition(".")
          setattr(model.get_submodule(parent), child, RecordedDropout(module.p, recorded[name]))
`);

/** Model, data and optimizer, and what the parts keep from step to step. */
function setupLines(assembly: Assembly): Lines {
  const { parts, draws, dropsOut } = assembly;
  return [
    'torch.manual_seed(SEED + RANK)',
    'data = load("data.npz", dtype, device)',
    assembly.material.language ? `x, y = ${rowsIn(assembly.material.language, 'train')}` : 'x, y = data["train_x"], data["train_y"]',
    `model = ${modelToTrain(assembly)}.to(device, dtype)`,
    'model.load_state_dict(load("init.npz", dtype, device))',
    ...(assembly.material.language ? nudged : []),
    ...(draws ? ['recorded = dict(np.load(HERE / "masks.npz")) if use_recorded else None'] : []),
    ...(dropsOut && assembly.material.language ? recordedInModules : []),
    ...(dropsOut && !assembly.material.language
      ? [
          'for name, module in list(model.named_children()):',
          ...indent([
            'if isinstance(module, nn.Dropout) and recorded is not None:',
            ...indent(['setattr(model, name, RecordedDropout(module.p, recorded[name]))']),
          ]),
        ]
      : []),
    ...frozenLines(assembly),
    ...(hasBatchNorm(assembly)
      ? [
          'if WORLD > 1:  # one batch, one mean and variance, whatever process its examples are on',
          '    if device.type == "cpu":',
          '        raise SystemExit("Batch normalisation over several processes is nn.SyncBatchNorm, which PyTorch has on GPUs only.")',
          '    model = nn.SyncBatchNorm.convert_sync_batchnorm(model)',
          'batch_norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]',
        ]
      : []),
    'network = DistributedDataParallel(model) if WORLD > 1 else model',
    `parameters = list(${trainable(assembly)})`,
    'optimizer = build_optimizer(model)',
    ...at(parts, 'setup'),
    'curve = {"loss": [], "lr": [], "evaluations": []}',
  ];
}

/** One step, in the order that the product takes it. */
function stepLines(assembly: Assembly): Lines {
  const { parts, phases, draws, dropsOut } = assembly;
  const args = draws ? 'network, x, y, rows, step, recorded' : 'network, x, y, rows';
  const sharp = at(parts, 'sharpness').map((line) => line.replace('gradients(network, x, y, rows)', `gradients(${args})`));
  const dropout = phases.value('dropout');
  const inputDropout = phases.value('inputDropout');
  const moves = dropsOut && (dropout + inputDropout).includes('now.');
  const call = `${tellsZLoss(assembly) ? 'loss, z_loss' : 'loss'} = gradients(${args})`;
  if (phases.config.optimizer === 'lbfgs') return closureStep(assembly, call);
  const looksTwice = sharp.length > 0 && draws;
  return [
    `lr = optimizer.param_groups[0]["lr"]${hasLayerRates(assembly) ? ' / optimizer.param_groups[0]["share"]' : ''}`,
    ...at(parts, 'begin'),
    ...at(parts, 'ahead'),
    ...(moves && assembly.material.language
      ? ['for module in model.modules():', ...indent(['if isinstance(module, nn.Dropout):', ...indent([`module.p = ${dropout}`])])]
      : []),
    ...(moves && !assembly.material.language
      ? [
          'for name, module in model.named_children():',
          ...indent([
            'if isinstance(module, nn.Dropout):',
            ...indent([`module.p = ${inputDropout} if name == "input_dropout" else ${dropout}`]),
          ]),
        ]
      : []),
    ...(looksTwice ? ['with torch.random.fork_rng():  # so that the second look draws the same masks', ...indent([call])] : [call]),
    'if not (loss <= 1e6 and all(p.grad.isfinite().all() for p in parameters)):',
    ...indent(['report(f"diverged at step {step}: loss {loss}")', 'break']),
    'curve["loss"].append(loss)',
    'curve["lr"].append(lr)',
    ...sharp,
    ...at(parts, 'clip'),
    ...at(parts, 'noise'),
    'optimizer.step()',
    ...at(parts, 'update'),
    ...at(parts, 'schedule'),
    `if ${cadence(assembly)}:`,
    ...indent(['look(step + 1, on_cadence=True)']),
  ];
}

/** A step of L-BFGS, which asks for loss and gradient as often as it likes: on the same batch, with the same masks and noise. */
function closureStep(assembly: Assembly, call: string): Lines {
  const { parts, draws } = assembly;
  return [
    'lr = optimizer.param_groups[0]["lr"]',
    ...at(parts, 'begin'),
    ...at(parts, 'ahead'),
    'looks = []',
    '',
    'def closure():',
    ...indent([
      ...(draws ? ['torch.manual_seed(SEED + step * WORLD + RANK)  # every look draws the same'] : []),
      ...(draws && at(parts, 'noise').length > 0 ? ['noise_source.manual_seed(SEED + step)'] : []),
      ...(hasBatchNorm(assembly)
        ? ['for norm in batch_norms:', '    norm.momentum = 0.0 if looks else 0.1  # the running statistics are those of the first look']
        : []),
      call,
      ...at(parts, 'clip'),
      ...at(parts, 'noise'),
      'looks.append(loss)',
      `return loss${penaltyValue(assembly)}${tellsZLoss(assembly) ? ' + z_loss' : ''}`,
    ]),
    '',
    'optimizer.step(closure)',
    'if not (looks[0] <= 1e6 and all(p.isfinite().all() for p in parameters)):',
    ...indent(['report(f"diverged at step {step}: loss {looks[0]}")', 'break']),
    'curve["loss"].append(looks[0])',
    'curve["lr"].append(lr)',
    ...at(parts, 'update'),
    ...at(parts, 'schedule'),
    `if ${cadence(assembly)}:`,
    ...indent(['look(step + 1, on_cadence=True)']),
  ];
}

function finishLines(assembly: Assembly): Lines {
  const judged = judgedModel(assembly);
  return [
    'done = len(curve["loss"])',
    'if over and curve["evaluations"][-1][0] != done:',
    ...indent(['look(done, on_cadence=False)']),
    ...at(assembly.parts, 'finish'),
    // What keeps an average wraps the model.
    `return ${judged}${judged === 'average' && assembly.phases.config.optimizer !== 'asgd' ? '.module' : ''}, curve`,
  ];
}
