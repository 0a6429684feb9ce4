/**
 * What shapes the graphs of a run: sizes, and which parts are present. Two configurations with equal shapes share their graphs;
 * whatever else a slider moves is a scalar. A change of shape during a run builds the graphs anew and keeps all state.
 */
import { sizeOf } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';
import { isTableModel } from '../params/model-kind.ts';
import type { TaskKind } from '../params/task-kind.ts';
import { keepsAverage } from './average.ts';
import { hasLayerRates } from './layer-rates.ts';
import { isDrivenFromOutside } from './optimizers/lbfgs.ts';
import type { Structure } from './optimizers/optimizer.ts';
import { structureOf } from './optimizers/optimizer.ts';

/** Sizes that the graphs are built for. */
export interface ProgramSizes {
  readonly kind: TaskKind;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly trainingCount: number;
  /** Validation and test examples together. */
  readonly heldOutCount: number;
  /** Place of the first target in a row of tokens that counts, in training and where the task is judged; absent where a row is not of tokens. */
  readonly firstCounted?: { readonly training: number; readonly heldOut: number };
  /** Each target of a row of tokens counts as the data say: `training.counted` and `heldOut.counted`. */
  readonly masked?: boolean;
}

/** The part of a configuration that shapes the graphs. */
export interface ProgramShape extends Structure {
  /** Examples in a micro-batch, and micro-batches in a step. */
  readonly batchSize: number;
  readonly accumulation: number;
  readonly loss: Config['loss'];
  readonly smoothing: boolean;
  readonly zLoss: boolean;
  readonly optimizer: Config['optimizer'];
  readonly sam: boolean;
  readonly dropout: boolean;
  readonly inputDropout: boolean;
  readonly inputNoise: boolean;
  readonly gradientNoise: boolean;
  readonly l1: boolean;
  readonly l2: boolean;
  /** L1 acts after the update instead of through the gradient. */
  readonly proximal: boolean;
  readonly maxNorm: boolean;
  readonly average: boolean;
  readonly decay: Config['decay'];
  /** Layers have rates of their own. */
  readonly layerRates: boolean;
  /** Layers, from the input, whose weights do not move. */
  readonly frozen: number;
  readonly clip: Config['clip'];
  /** Diagnostics that are measured. */
  readonly updateRatio: boolean;
  readonly noiseScale: boolean;
  readonly sharpness: boolean;
}

/** The shape that a configuration asks for. */
export function programShape(config: Config): ProgramShape {
  const { batchSize, accumulation, loss, optimizer, decay, clip } = config;
  return {
    ...structureOf(config),
    batchSize,
    accumulation,
    loss,
    optimizer,
    decay,
    clip,
    smoothing: config.smoothing > 0,
    zLoss: config.zLoss > 0 && config.loss === 'ce',
    sam: config.sam > 0 && !isDrivenFromOutside(config),
    dropout: config.dropout > 0,
    inputDropout: isTableModel(config.model) && config.inputDropout > 0,
    inputNoise: isTableModel(config.model) && config.inputNoise > 0,
    gradientNoise: config.gradientNoise > 0,
    l1: config.l1 > 0,
    l2: config.l2 > 0,
    proximal: config.l1 > 0 && config.l1Rule === 'proximal',
    maxNorm: config.maxNorm > 0,
    average: keepsAverage(config),
    layerRates: hasLayerRates(config),
    frozen: config.frozenLayers,
    updateRatio: config.updateRatio,
    noiseScale: measuresNoise(config),
    sharpness: config.sharpness > 0,
  };
}

/** Whether the halves of batches are looked at. Batch normalisation makes a half another function than its part of the whole. */
export function measuresNoise(config: Pick<Config, 'noiseScale' | 'normalization'>): boolean {
  return config.noiseScale && config.normalization !== 'batch';
}

/** Rows, tokens and logits that a graph without updates takes at once, so that its memory stays bounded whatever the model. */
const mostAtOnce = { rows: 256, tokens: 2048, logits: 2 ** 21 };

/** Rows of a held-out split that one run of the `evaluate` graph takes. */
export function evaluationBatch(sizes: ProgramSizes): number {
  return Math.min(predictionBatch(sizes), sizes.heldOutCount);
}

/** Inputs that one run of the `predict` graph takes. */
export function predictionBatch({ kind, inputShape, outputs }: ProgramSizes): number {
  if (kind !== 'language') return mostAtOnce.rows;
  const context = sizeOf(inputShape);
  const fitting = Math.min(mostAtOnce.tokens, mostAtOnce.logits / outputs) / context;
  return Math.max(1, Math.min(mostAtOnce.rows, Math.floor(fitting)));
}

/** Random sites beside those of hidden layers, which count from 0. The numbers are part of the meaning of a link: never renumber. */
export const inputDropoutSite = 1000;
/** Site of the noise on inputs. */
export const inputNoiseSite = 1001;
/** Site of the noise on gradients. */
export const gradientNoiseSite = 1002;
/** Site of the first vector from which sharpness is sought. */
export const sharpnessSite = 2000;

/** State name of an optimizer slot. */
export function slotState(slot: string): string {
  return `slot.${slot}`;
}
