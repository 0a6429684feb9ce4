/**
 * Schedules written out: what the learning rate is multiplied by at a step, in closed form, for those that PyTorch has no class for and for
 * runs in which a live change moves the schedule. `t` is the step since the warm-up, `units` steps or whole epochs.
 */
import type { Phase } from '../material.ts';
import { block, literal } from '../python.ts';
import type { Lines } from '../python.ts';

/** An expression, and the functions that it calls. */
export interface Factor {
  readonly expression: string;
  readonly helpers: Lines;
}

const oneCycle = block(`
  def one_cycle(step, length, rising, three_phases, low, high, last, linear):
      """From low to high and down again, ending at last."""
      ends = [rising * length - 1, 2 * rising * length - 2] if three_phases else [rising * length - 1]
      levels = [low, high, low, last] if three_phases else [low, high, last]
      start = 0
      for end, before, after in zip([*ends, length - 1], levels, levels[1:]):
          if step <= end or end == length - 1:
              share = min(1, max(0, (step - start) / (end - start))) if end > start else 1
              return before + (after - before) * (share if linear else (1 - math.cos(math.pi * share)) / 2)
          start = end
`);

const cycle = block(`
  def cycle_height(step, up, down, mode, gamma):
      """How high a cyclic schedule stands, 0 to 1."""
      number, position = divmod(step / (up + down), 1)
      ratio = up / (up + down)
      height = position / ratio if position <= ratio else (position - 1) / (ratio - 1)
      return height * {"triangular": 1, "triangular2": 0.5**number, "exp_range": gamma**step}[mode]
`);

const restarts = block(`
  def cosine_restarts(units, period, factor):
      """Cosine from 1 to 0, again and again."""
      while units >= period:
          units, period = units - period, period * factor
      return (1 + math.cos(math.pi * units / period)) / 2
`);

function floored(share: number, shape: string): string {
  return share === 0 ? shape : `${literal(share)} + ${literal(1 - share)} * ${shape}`;
}

/** Arguments of `one_cycle` up to its levels. */
function oneCycleArguments({ config, totalSteps, warmupSteps }: Phase): string {
  return ['max(t, 0)', literal(totalSteps - warmupSteps), literal(config.risingShare), literal(config.threePhase)].join(', ');
}

function cycleCall({ config }: Phase): string {
  const { stepsUp, stepsDown, cycleMode, gamma } = config;
  return `cycle_height(max(t, 0), ${String(stepsUp)}, ${String(stepsDown || stepsUp)}, ${literal(cycleMode)}, ${literal(gamma)})`;
}

/** The factor after the warm-up. */
function shapeOf(phase: Phase): Factor {
  const { config, rate } = phase;
  const length = Math.max(1, phase.totalSteps - phase.warmupSteps);
  const low = config.minLr / rate;
  const share = `min(t, ${String(length)}) / ${String(length)}`;
  const plain = (expression: string): Factor => ({ expression, helpers: [] });
  switch (config.schedule) {
    case 'constant':
    case 'plateau':
      return plain('1.0');
    case 'step':
      return plain(`${literal(config.gamma)} ** (units // ${String(config.stepSize)})`);
    case 'exponential':
      return plain(`${literal(config.gamma)} ** units`);
    case 'multistep':
      return plain(`${literal(config.gamma)} ** sum(milestone <= units for milestone in ${literal(config.milestones)})`);
    case 'linear':
      return plain(`1 + ${literal(config.endFactor - 1)} * ${share}`);
    case 'cosine':
      return plain(floored(low, `(1 + math.cos(math.pi * ${share})) / 2`));
    case 'polynomial':
      return plain(floored(low, `(1 - ${share}) ** ${literal(config.power)}`));
    case 'restarts':
      return {
        expression: floored(low, `cosine_restarts(units, ${String(config.firstPeriod)}, ${String(config.periodFactor)})`),
        helpers: restarts,
      };
    case 'onecycle': {
      const first = 1 / config.startDivisor;
      const levels = `${literal(first)}, 1.0, ${literal(first / config.endDivisor)}, ${literal(config.anneal === 'linear')}`;
      return { expression: `one_cycle(${oneCycleArguments(phase)}, ${levels})`, helpers: oneCycle };
    }
    case 'cyclic':
      return { expression: floored(low, cycleCall(phase)), helpers: cycle };
    case 'drawn': {
      const [places, factors] = [0, 1].map((side) => literal(config.drawn.map((knot) => knot[side] ?? 0)));
      return plain(`float(np.interp(${share}, ${places ?? ''}, ${factors ?? ''}))`);
    }
    case 'invsqrt': {
      const scale = config.timescale || (config.warmup >= 1 ? config.warmup : 10_000);
      return plain(`1 / math.sqrt(t / ${String(scale)} + 1)`);
    }
    case 'wsd': {
      const decay = Math.round(config.decayShare * length);
      if (decay === 0) return plain('1.0');
      const p = `min(1, max(0, (t - ${String(length - decay)}) / ${String(decay)}))`;
      const fall = {
        linear: `(1 - ${p})`,
        cosine: `(1 + math.cos(math.pi * ${p})) / 2`,
        sqrt: `(1 - math.sqrt(${p}))`,
      }[config.decayShape];
      return plain(floored(config.endFactor, fall));
    }
  }
}

/** Units of the schedule since the warm-up as an expression of `step`. */
function unitsOf(phase: Phase): string {
  const { config, warmupSteps, stepsPerEpoch, anchor } = phase;
  if (config.per === 'step') return 't';
  if (anchor.step === 0) {
    const whole = String(stepsPerEpoch);
    return warmupSteps === 0 ? `step // ${whole}` : `int(step / ${whole} - ${String(warmupSteps)} / ${whole} + 1e-9)`;
  }
  const at = [anchor.step, anchor.epoch + anchor.share, anchor.epoch + 1, anchor.stepsLeft, stepsPerEpoch]
    .map((number) => literal(number))
    .join(', ');
  return `int(epochs_done(step, ${at}) - epochs_done(${String(warmupSteps)}, ${at}) + 1e-9)`;
}

const epochsDone = block(`
  def epochs_done(step, since, done, whole, left, per_epoch):
      """Epochs done before a step, where the batch size changed at step \`since\` in the middle of an epoch."""
      if step < since:
          return done * step / since
      if step - since < left:
          return done + (whole - done) * (step - since) / left
      return whole + (step - since - left) / per_epoch
`);

const usesUnits = (expression: string): boolean => /\bunits\b/.test(expression);
const usesT = (expression: string): boolean => /\bt\b/.test(expression);

/** A function body that returns an expression of `t` and `units` for a phase; `base`: what the outcome is multiplied by. */
export function factorBody(phase: Phase, base: number): { readonly lines: Lines; readonly helpers: readonly Lines[] } {
  const { warmupSteps: warmup, config } = phase;
  const { expression, helpers } = shapeOf(phase);
  const times = base === 1 ? '' : `${literal(base)} * `;
  const wrapped = times === '' ? expression : `${times}(${expression})`;
  const rise = `${literal(config.warmupFrom)} + ${literal(1 - config.warmupFrom)} * step / ${String(warmup)}`;
  const units = usesUnits(expression) ? unitsOf(phase) : '';
  const asks = `${expression} ${units}`;
  return {
    lines: [
      ...(warmup > 0 ? [`if step < ${String(warmup)}:  # warm-up`, `    return ${times === '' ? rise : `${times}(${rise})`}`] : []),
      ...(usesT(asks) ? [`t = step${warmup > 0 ? ` - ${String(warmup)}` : ''}`] : []),
      ...(units === '' ? [] : [`units = ${units}${config.per === 'epoch' ? '  # whole epochs' : ''}`]),
      `return ${wrapped}`,
    ],
    helpers: [...(helpers.length > 0 ? [helpers] : []), ...(units.startsWith('int(epochs_done') ? [epochsDone] : [])],
  };
}

/** Momentum at a step where the schedule moves it: the highest in the warm-up, the lowest at the peak of the rate. */
export function momentumBody(phase: Phase): { readonly lines: Lines; readonly helpers: readonly Lines[] } {
  const { config, warmupSteps } = phase;
  const high = literal(config.maxMomentum);
  const low = literal(config.baseMomentum);
  const t = `t = step${warmupSteps > 0 ? ` - ${String(warmupSteps)}` : ''}`;
  if (config.schedule === 'onecycle')
    return {
      lines: [t, `return one_cycle(${oneCycleArguments(phase)}, ${high}, ${low}, ${high}, ${literal(config.anneal === 'linear')})`],
      helpers: [oneCycle],
    };
  return { lines: [t, `return ${high} - (${high} - ${low}) * ${cycleCall(phase)}`], helpers: [cycle] };
}
