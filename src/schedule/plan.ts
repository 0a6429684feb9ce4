/**
 * How many optimizer steps a run has and where its epochs lie, also after a live change of batch size or epochs.
 *
 * Idea: counting is exact from an anchor, the cursor at which batch size last changed; before any change the anchor is
 * the start. Everything here is a pure function of whole numbers, so page and trainer cannot disagree.
 */
import type { Config } from '../params/config.ts';
import { effectiveBatch } from '../params/effective.ts';
import type { Cursor } from '../shared/cursor.ts';

/** The part of a configuration that decides the count of steps. */
export type PlanConfig = Pick<Config, 'batchSize' | 'accumulation' | 'dropLast' | 'epochs' | 'maxSteps'>;

/** Where counting starts: a cursor, the steps its epoch still has, and the share of that epoch that is done, 0…1. */
export interface Anchor extends Cursor {
  readonly stepsLeft: number;
  readonly share: number;
}

/** Planned steps. Serialisable. */
export interface Plan {
  /** Planned optimizer steps T of the whole run. */
  readonly totalSteps: number;
  /** What makes T what it is. */
  readonly limit: 'epochs' | 'steps';
  /** Steps in a whole epoch at the present batch size. */
  readonly stepsPerEpoch: number;
  /** Where the present batch size took over. */
  readonly anchor: Anchor;
}

const start: Cursor = { step: 0, epoch: 0, position: 0 };

/** Steps that `examples` give: rounded up, or down with drop last. */
export function stepsFor(examples: number, config: Pick<PlanConfig, 'batchSize' | 'accumulation' | 'dropLast'>): number {
  const examplesPerStep = effectiveBatch(config);
  return config.dropLast ? Math.floor(examples / examplesPerStep) : Math.ceil(examples / examplesPerStep);
}

/**
 * The plan of a run of `trainingSize` examples, from the start or from the cursor of a live change. With the batch size
 * unchanged, the plan from any cursor has the T of the plan from the start.
 */
export function planRun(config: PlanConfig, trainingSize: number, cursor: Cursor = start): Plan {
  const stepsPerEpoch = Math.max(1, stepsFor(trainingSize, config));
  const stepsLeft = cursor.position === 0 ? stepsPerEpoch : stepsFor(trainingSize - cursor.position, config);
  // Both counted from the start in steps of the present size; only their difference is used.
  const end = ceilProduct(config.epochs, stepsPerEpoch);
  const done = (cursor.epoch + 1) * stepsPerEpoch - stepsLeft;
  const byEpochs = cursor.step + Math.max(0, end - done);
  const limited = config.maxSteps > 0 && config.maxSteps < byEpochs;
  return {
    totalSteps: Math.max(cursor.step, limited ? config.maxSteps : byEpochs),
    limit: limited ? 'steps' : 'epochs',
    stepsPerEpoch,
    anchor: { step: cursor.step, epoch: cursor.epoch, position: cursor.position, stepsLeft, share: cursor.position / trainingSize },
  };
}

const counting = ['batchSize', 'accumulation', 'dropLast', 'epochs', 'maxSteps'] as const satisfies readonly (keyof PlanConfig)[];

/** A configuration and its plan. */
interface Planned {
  readonly config: PlanConfig;
  readonly plan: Plan;
}

/**
 * The plan after a live change at a cursor: a new anchor only where the size of steps changes, so that an extended run keeps the very plan
 * of a longer one.
 */
export function replan(before: Planned, config: PlanConfig, cursor: Cursor, trainingSize: number): Plan {
  if (counting.every((id) => config[id] === before.config[id])) return before.plan;
  const resized = effectiveBatch(config) !== effectiveBatch(before.config) || config.dropLast !== before.config.dropLast;
  const next = planRun(config, trainingSize, resized ? cursor : before.plan.anchor);
  return { ...next, totalSteps: Math.max(next.totalSteps, cursor.step) };
}

/** Where a step begins that does not lie before the anchor. */
export function cursorAt({ config, plan }: Planned, step: number): Cursor {
  const { anchor, stepsPerEpoch } = plan;
  const examples = effectiveBatch(config);
  const since = step - anchor.step;
  if (since < anchor.stepsLeft) return { step, epoch: anchor.epoch, position: anchor.position + since * examples };
  const further = since - anchor.stepsLeft;
  return { step, epoch: anchor.epoch + 1 + Math.floor(further / stepsPerEpoch), position: (further % stepsPerEpoch) * examples };
}

/** Epochs done before step `step` starts, with fraction. Before the anchor: as if all steps until then had been alike. */
export function epochsDone(plan: Plan, step: number): number {
  const { anchor, stepsPerEpoch } = plan;
  const atAnchor = anchor.epoch + anchor.share;
  if (step < anchor.step) return (atAnchor * step) / anchor.step;
  const since = step - anchor.step;
  if (since < anchor.stepsLeft) return atAnchor + ((1 - anchor.share) * since) / anchor.stepsLeft;
  return anchor.epoch + 1 + (since - anchor.stepsLeft) / stepsPerEpoch;
}

/** `⌈decimal · whole⌉` for the decimal number as it is written: 0.1 · 30 is 3, though doubles make it 3.0000000000000004. */
export function ceilProduct(decimal: number, whole: number): number {
  const [, integer = '0', fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(decimal)) ?? [];
  const product = BigInt(integer + fraction) * BigInt(whole);
  const places = fraction.length - Number(exponent);
  if (places <= 0) return Number(product * 10n ** BigInt(-places));
  const unit = 10n ** BigInt(places);
  return Number((product + unit - 1n) / unit);
}
