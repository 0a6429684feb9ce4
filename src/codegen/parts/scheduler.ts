/**
 * Groups 1 and 9: the rate, and its schedule by the classes of `torch.optim.lr_scheduler`. Where there is none, or where a live change moves
 * the schedule, it is a `LambdaLR` of a function written out (`factors.ts`).
 */
import type { Config } from '../../params/config.ts';
import { cyclesMomentum, ownMomentum } from '../../params/momentum-role.ts';
import { parameters } from '../../params/table.ts';
import { hasLayerRates } from '../layers.ts';
import type { Phase } from '../material.ts';
import { optimizerSettings } from '../optimizers/settings.ts';
import type { Emitter, Part, PartInputs } from '../part.ts';
import type { Phases } from '../phases.ts';
import { call, indent, literal } from '../python.ts';
import type { Lines } from '../python.ts';
import { cutsRate } from './early-stopping.ts';
import { factorBody, momentumBody } from './factors.ts';

const scheduler = (name: string): string => `torch.optim.lr_scheduler.${name}`;

/** A class of PyTorch as a call, and when it takes a step. */
interface ByClass {
  readonly text: string;
  readonly steps: 'step' | 'epoch';
  /** It moves momentum by itself. */
  readonly movesMomentum?: boolean;
}

/** The class for a schedule after its warm-up, or nothing where PyTorch 1.13 has none that says the same. */
function classOf(phase: Phase, phases: Phases): ByClass | undefined {
  const { config } = phase;
  const length = String(Math.max(1, phase.totalSteps - phase.warmupSteps));
  const low = config.minLr === 0 ? undefined : literal(config.minLr);
  const gamma = literal(config.gamma);
  const counted = (text: string): ByClass => ({ text, steps: config.per });
  switch (config.schedule) {
    case 'step':
      return counted(call(scheduler('StepLR'), ['optimizer', String(config.stepSize)], { gamma }));
    case 'exponential':
      return counted(call(scheduler('ExponentialLR'), ['optimizer', gamma]));
    case 'multistep':
      return counted(call(scheduler('MultiStepLR'), ['optimizer', literal(config.milestones)], { gamma }));
    case 'restarts':
      return counted(
        call(scheduler('CosineAnnealingWarmRestarts'), ['optimizer', String(config.firstPeriod)], {
          T_mult: config.periodFactor === 1 ? undefined : String(config.periodFactor),
          eta_min: low,
        }),
      );
    case 'linear':
      return {
        text: call(scheduler('LinearLR'), ['optimizer'], {
          start_factor: '1.0',
          end_factor: literal(config.endFactor),
          total_iters: length,
        }),
        steps: 'step',
      };
    case 'cosine':
      return { text: call(scheduler('CosineAnnealingLR'), ['optimizer', length], { eta_min: low }), steps: 'step' };
    case 'polynomial':
      return low === undefined
        ? { text: call(scheduler('PolynomialLR'), ['optimizer'], { total_iters: length, power: literal(config.power) }), steps: 'step' }
        : undefined;
    case 'onecycle':
      return oneCycle(phase, phases);
    case 'cyclic':
      return cyclic(config, phases);
    default:
      return undefined;
  }
}

function oneCycle(phase: Phase, phases: Phases): ByClass | undefined {
  const { config } = phase;
  const length = phase.totalSteps - phase.warmupSteps;
  // PyTorch divides by the length of each part.
  if (config.risingShare * length <= 1) return undefined;
  const cycles = cyclesMomentum(config);
  const text = call(scheduler('OneCycleLR'), ['optimizer', 'LEARNING_RATE'], {
    total_steps: String(length),
    pct_start: literal(config.risingShare),
    anneal_strategy: config.anneal === 'cos' ? undefined : '"linear"',
    cycle_momentum: cycles ? undefined : 'False',
    base_momentum: cycles ? literal(config.baseMomentum) : undefined,
    max_momentum: cycles ? literal(config.maxMomentum) : undefined,
    div_factor: literal(config.startDivisor),
    final_div_factor: literal(config.endDivisor),
    three_phase: config.threePhase ? 'True' : undefined,
  });
  return { text, steps: 'step', movesMomentum: cycles && momentumKey(config, phases) !== undefined };
}

function cyclic(config: Config, phases: Phases): ByClass {
  // CyclicLR moves `momentum` only, not the betas of Adam and its kin.
  const cycles = cyclesMomentum(config) && momentumKey(config, phases) === 'momentum';
  const text = call(scheduler('CyclicLR'), ['optimizer'], {
    base_lr: literal(config.minLr),
    max_lr: 'LEARNING_RATE',
    step_size_up: String(config.stepsUp),
    step_size_down: config.stepsDown === 0 ? undefined : String(config.stepsDown),
    mode: config.cycleMode === 'triangular' ? undefined : literal(config.cycleMode),
    gamma: config.cycleMode === 'exp_range' ? literal(config.gamma) : undefined,
    cycle_momentum: cycles ? undefined : 'False',
    base_momentum: cycles ? literal(config.baseMomentum) : undefined,
    max_momentum: cycles ? literal(config.maxMomentum) : undefined,
  });
  return { text, steps: 'step', movesMomentum: cycles };
}

function momentumKey(config: Config, phases: Phases): 'momentum' | 'betas' | undefined {
  return optimizerSettings[config.optimizer](phases).momentum;
}

/** What decides the rate; if any of it moves, the schedule is written out. */
function rateMoves(phases: Phases): boolean {
  const parts = (phase: Phase) => {
    const { lines } = factorBody(phase, 1);
    return [phase.rate, ...lines, ...(cyclesMomentum(phase.config) ? momentumBody(phase).lines : [])].join('\n');
  };
  return !phases.isConstant((_, phase) => parts(phase)) || !phases.keeps('schedule');
}

/** Shares below it are too near 0 for a chain of factors. */
const leastChained = 1e-6;

/** LinearLR goes from rate to rate by factors: it can neither begin at 0 or next to it nor follow OneCycleLR, which has set rates of its own by then. */
function warmupText({ config, warmupSteps }: Phase): string {
  const { warmupFrom, schedule } = config;
  const share = `step / ${String(warmupSteps)}`;
  const rise = warmupFrom === 0 ? share : `${literal(warmupFrom)} + ${literal(1 - warmupFrom)} * ${share}`;
  return warmupFrom < leastChained || schedule === 'onecycle'
    ? call(scheduler('LambdaLR'), ['optimizer', `lambda step: min(1, ${rise})`])
    : call(scheduler('LinearLR'), ['optimizer'], { start_factor: literal(warmupFrom), total_iters: String(warmupSteps) });
}

const build = (lines: Lines): Lines => ['def build_scheduler(optimizer):', ...indent(lines)];

/** Settings of the plateau that live changes move, by the names that the class keeps them under. */
function plateauSettings(phases: Phases): Lines {
  const kept = { factor: 'factor', patience: 'plateauPatience', threshold: 'threshold', cooldown: 'cooldown' } as const;
  const set = Object.entries(kept).flatMap(([name, id]) => (phases.keeps(id) ? [] : [`scheduler.${name} = ${phases.value(id)}`]));
  return [...set, ...(phases.keeps('minLr') ? [] : [`scheduler.min_lrs = [${phases.value('minLr')}] * len(scheduler.min_lrs)`])];
}

/** Reduce on plateau: after the warm-up it alone moves the rate. */
function plateau(inputs: PartInputs): Part {
  const { phases } = inputs;
  const lowest = hasLayerRates(inputs)
    ? `[${literal(phases.config.minLr)} * group["share"] for group in optimizer.param_groups]`
    : literal(phases.config.minLr);
  const phase = phases.first;
  const { config, warmupSteps } = phase;
  const text = call(scheduler('ReduceLROnPlateau'), ['optimizer'], {
    factor: literal(config.factor),
    patience: String(config.plateauPatience),
    threshold: literal(config.threshold),
    cooldown: config.cooldown === 0 ? undefined : String(config.cooldown),
    min_lr: config.minLr === 0 ? undefined : lowest,
  });
  const heard = warmupSteps === 0 ? 'on_cadence' : `on_cadence and step >= ${String(warmupSteps)}`;
  return {
    definitions: [build([`return ${text}`])],
    setup: ['scheduler = build_scheduler(optimizer)', ...(warmupSteps === 0 ? [] : [`warmup = ${warmupText(phase)}`])],
    schedule: warmupSteps === 0 ? [] : [`if step < ${String(warmupSteps)}:`, ...indent(['warmup.step()'])],
    evaluated: [`if ${heard}:`, ...indent([...plateauSettings(phases), 'scheduler.step(valid_loss)'])],
  };
}

/** A schedule by classes of PyTorch, warm-up in front. */
function byClass(phase: Phase, { text, steps }: ByClass): Part {
  const { warmupSteps } = phase;
  const step = ['scheduler.step()'];
  if (warmupSteps === 0)
    return {
      definitions: [build([`return ${text}`])],
      setup: ['scheduler = build_scheduler(optimizer)'],
      schedule: steps === 'epoch' ? ['if ends_epoch:', ...indent(step)] : step,
    };
  return {
    imports: ['import warnings'],
    definitions: [
      build([
        `warmup = ${warmupText(phase)}`,
        `main = ${text}`,
        'warnings.filterwarnings("ignore", "The epoch parameter")  # SequentialLR warns about itself',
        `return ${call(scheduler('SequentialLR'), ['optimizer', '[warmup, main]'], { milestones: `[${String(warmupSteps)}]` })}`,
      ]),
    ],
    setup: ['scheduler = build_scheduler(optimizer)'],
    schedule: step,
  };
}

/** One function of the step from the bodies of all phases, each in force until the next begins. */
function piecewise(
  name: string,
  comment: string,
  phases: Phases,
  bodyOf: (phase: Phase) => { lines: Lines; helpers: readonly Lines[] },
): readonly Lines[] {
  const bodies = phases.list.map(bodyOf);
  const same = bodies.every(({ lines }) => lines.join('\n') === bodies[0]?.lines.join('\n'));
  const used = same ? bodies.slice(0, 1) : bodies;
  const helpers = new Map(used.flatMap(({ helpers: own }) => own.map((lines) => [lines.join('\n'), lines] as const)));
  const pieces = used.flatMap(({ lines }, index) => {
    const next = same ? undefined : phases.list[index + 1];
    return next === undefined ? lines : [`if step < ${String(next.step)}:`, ...indent(lines)];
  });
  return [...helpers.values(), [`def ${name}(step):`, ...indent([`"""${comment}"""`, ...pieces])]];
}

/** A schedule written out. */
function written(phases: Phases): Part {
  const base = phases.first.rate;
  const comment = 'What LEARNING_RATE is multiplied by at a step.';
  return {
    definitions: [
      ...piecewise('rate_factor', comment, phases, (phase) => factorBody(phase, phase.rate / base)),
      build([`return ${call(scheduler('LambdaLR'), ['optimizer', 'rate_factor'])}`]),
    ],
    setup: ['scheduler = build_scheduler(optimizer)'],
    schedule: ['scheduler.step()'],
  };
}

/** Momentum set by hand before each step, where no class of PyTorch moves it. */
function momentumByHand(phases: Phases): Part {
  const key = momentumKey(phases.config, phases);
  const constant = ({ config }: Phase) => ({ lines: [`return ${literal(ownMomentum(config))}`], helpers: [] });
  const set = key === 'betas' ? 'group["betas"] = (momentum_at(step), group["betas"][1])' : 'group["momentum"] = momentum_at(step)';
  return {
    definitions: piecewise('momentum_at', 'Momentum at a step: it moves against the rate.', phases, (phase) =>
      cyclesMomentum(phase.config) ? momentumBody(phase) : constant(phase),
    ),
    begin: ['for group in optimizer.param_groups:', ...indent([set])],
  };
}

function joined(a: Part, b: Part): Part {
  return {
    imports: [...(a.imports ?? []), ...(b.imports ?? [])],
    definitions: [...(a.definitions ?? []), ...(b.definitions ?? [])],
    setup: [...(a.setup ?? []), ...(b.setup ?? [])],
    begin: [...(a.begin ?? []), ...(b.begin ?? [])],
    schedule: [...(a.schedule ?? []), ...(b.schedule ?? [])],
    evaluated: [...(a.evaluated ?? []), ...(b.evaluated ?? [])],
  };
}

/** Writes `build_scheduler` and what goes with it. */
export const rateSchedule: Emitter = (inputs) => {
  const { phases } = inputs;
  const phase = phases.first;
  const { config, warmupSteps, totalSteps } = phase;
  const cycles = phases.some((each) => cyclesMomentum(each));
  const moves = rateMoves(phases);
  if (config.schedule === 'plateau' && !moves) return plateau(inputs);
  // Classes that know rates rather than factors would give all layers the same.
  const isAbsolute = config.schedule === 'onecycle' || config.schedule === 'cyclic' || (parameters.minLr.when(config) && config.minLr > 0);
  const byFunction = moves || cutsRate(inputs) || warmupSteps >= totalSteps || (hasLayerRates(inputs) && isAbsolute);
  const found = byFunction ? undefined : classOf(phase, phases);
  // A class that counts epochs has no place behind a warm-up that counts steps.
  const fits = found !== undefined && !(warmupSteps > 0 && found.steps === 'epoch');
  const isConstant = config.schedule === 'constant' && warmupSteps === 0 && !moves && !cutsRate(inputs);
  const schedule = isConstant ? {} : fits ? byClass(phase, found) : written(phases);
  return cycles && !(fits && found.movesMomentum === true) ? joined(schedule, momentumByHand(phases)) : schedule;
};
