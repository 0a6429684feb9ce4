/** What a setting comes to together with others, in a sentence that stands under its control: rates and batches that nobody typed. */
import { effectiveBatch, scaledRate } from '../../params/effective.ts';
import { defaultOf } from '../../params/config.ts';
import { layerCount } from '../../params/layers.ts';
import { cyclesMomentum, hasVelocity } from '../../params/momentum-role.ts';
import { tuningOf } from '../../params/model-kind.ts';
import { parameters } from '../../params/table.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';

type Rule = (config: Config) => string | undefined;

/** Schedules whose curve stretches with the planned number of steps. */
const stretching: readonly Config['schedule'][] = ['linear', 'cosine', 'polynomial', 'onecycle', 'wsd', 'drawn'];

/** An extended run equals a longer one but where the rate looks at the length of the run. */
function extension(config: Config): string | undefined {
  const warmsUpByShare = config.warmup > 0 && config.warmup < 1;
  if (!stretching.includes(config.schedule) && !warmsUpByShare) return undefined;
  const what = stretching.includes(config.schedule) ? 'schedule' : 'warm-up';
  return `The ${what} depends on the length of the run: extended, it differs from one that was longer from the start.`;
}

function layerRates(config: Config): string | undefined {
  if (config.layerDecay === 1) return undefined;
  return `The first layer has η × ${formatNumber(config.layerDecay ** (layerCount(config) - 1))}.`;
}

/** A rate that nobody set goes with what is tuned of a pretrained model. */
function tunedRate(config: Config): string | undefined {
  const tuning = tuningOf(config);
  if (tuning === undefined || config.learningRate !== defaultOf('learningRate', config)) return undefined;
  const label = parameters.tune.options.find(({ value }) => value === tuning)?.label ?? tuning;
  return `The default for “${label}”: until you set a rate, it goes with “${parameters.tune.label}” in the model.`;
}

/** A velocity that adds up rather than averages. */
function lengthensSteps(config: Config): boolean {
  return hasVelocity(config) && (config.optimizer === 'sgd' || config.optimizer === 'rmsprop') && config.dampening === 0;
}

function effectiveStep(config: Config, momentum: number): string {
  return `η/(1 − μ) = ${formatNumber(scaledRate(config) / (1 - momentum))}`;
}

const rules: Readonly<Partial<Record<ParameterId, Rule>>> = {
  accumulation: (config) =>
    config.accumulation === 1
      ? undefined
      : `Effective batch: ${formatCount(config.batchSize)} × ${formatCount(config.accumulation)} = ${formatCount(effectiveBatch(config))} examples a step.`,
  lrScaling: (config) =>
    config.lrScaling === 'none'
      ? undefined
      : `Rate at ${formatCount(effectiveBatch(config))} examples a step: ${formatNumber(scaledRate(config))}.`,
  momentum: (config) =>
    lengthensSteps(config) && !cyclesMomentum(config) ? `Effective step: ${effectiveStep(config, config.momentum)}.` : undefined,
  baseMomentum: (config) =>
    lengthensSteps(config) && cyclesMomentum(config)
      ? `Effective step at the peak of the rate: ${effectiveStep(config, config.baseMomentum)}.`
      : undefined,
  adamRatio: (config) => `AdamW’s rate: ${formatNumber(config.adamRatio * scaledRate(config))}.`,
  sam: (config) => (config.sam === 0 ? undefined : 'Each step costs two gradients.'),
  learningRate: tunedRate,
  layerDecay: layerRates,
  headRate: (config) =>
    config.headRate === 1 ? undefined : `Rate of the output layer: ${formatNumber(config.headRate * scaledRate(config))}.`,
  epochs: extension,
  maxSteps: (config) => (config.maxSteps === 0 ? undefined : extension(config)),
};

/** The sentence for a parameter; nothing where its value says it all. */
export function consequenceOf(id: ParameterId, config: Config): string | undefined {
  return rules[id]?.(config);
}
