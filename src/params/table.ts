/**
 * Every parameter of the program, declared once. Controls, links, validation, help, run differences and most tests are
 * loops over this record; its order is the order on the page and in links.
 */
import { batchSize, batchSizeGroup } from './groups/batch-size.ts';
import { clipping, clippingGroup } from './groups/clipping.ts';
import { data, dataGroup } from './groups/data.ts';
import { diagnostics, diagnosticsGroup } from './groups/diagnostics.ts';
import { earlyStopping, earlyStoppingGroup } from './groups/early-stopping.ts';
import { engine, engineGroup } from './groups/engine.ts';
import { epochs, epochsGroup } from './groups/epochs.ts';
import { learningRate, learningRateGroup } from './groups/learning-rate.ts';
import { loss, lossGroup } from './groups/loss.ts';
import { model, modelGroup } from './groups/model.ts';
import { momentum, momentumGroup } from './groups/momentum.ts';
import { optimizer, optimizerGroup } from './groups/optimizer.ts';
import { regularization, regularizationGroup } from './groups/regularization.ts';
import { scheduler, schedulerGroup } from './groups/scheduler.ts';
import type { Group, Spec, ValuesOf } from './kinds.ts';

/** All parameters by id. */
export const parameters = {
  ...data,
  ...model,
  ...learningRate,
  ...batchSize,
  ...epochs,
  ...loss,
  ...optimizer,
  ...regularization,
  ...momentum,
  ...earlyStopping,
  ...scheduler,
  ...clipping,
  ...diagnostics,
  ...engine,
};

/** The id of a parameter. */
export type ParameterId = keyof typeof parameters;

/** A whole configuration: a value for every parameter. */
export type Config = ValuesOf<typeof parameters>;

/** All ids in the order of the page. */
export const parameterIds = Object.keys(parameters) as readonly ParameterId[];

/** The groups in the order of the page. */
export const groups: readonly Group<Config>[] = [
  dataGroup,
  modelGroup,
  learningRateGroup,
  batchSizeGroup,
  epochsGroup,
  lossGroup,
  optimizerGroup,
  regularizationGroup,
  momentumGroup,
  earlyStoppingGroup,
  schedulerGroup,
  clippingGroup,
  diagnosticsGroup,
  engineGroup,
];

/** The declaration of a parameter, seen as any of the kinds. */
export function specOf(id: ParameterId): Spec {
  return parameters[id];
}

/** The id that a link key stands for. */
export function idOfKey(key: string): ParameterId | undefined {
  return idsByKey.get(key);
}

const idsByKey: ReadonlyMap<string, ParameterId> = new Map(parameterIds.map((id) => [specOf(id).urlKey, id]));
