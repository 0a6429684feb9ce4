/**
 * A run as a safetensors file: enough to go on exactly.
 *
 * Tensors: `model.<parameter>`, `average.<parameter>`, `optimizer.<slot>.<parameter>`, and `best.<parameter>` for the weights of the
 * best evaluation, running statistics among them under PyTorch's names (`layer1.norm.running_mean`). Everything else, cursor and
 * counters and configuration, is JSON in the metadata.
 */
import type { TensorMap } from '../graph/executor.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Model, Parameter } from '../models/model.ts';
import type { Change } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import { isLive, sameValue } from '../params/config.ts';
import { parameterIds, parameters } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import type { PlateauState } from '../schedule/plateau.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Cursor } from '../shared/cursor.ts';
import { isAsSealed, sealed } from '../shared/file-seal.ts';
import type { NamedTensor, SafetensorsFile } from '../shared/safetensors.ts';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from '../shared/safetensors.ts';
import { averageState } from './average.ts';
import { countersText, parseCounters } from './checkpoint-counters.ts';
import { CheckpointError } from './checkpoint-error.ts';
import type { StoppingState } from './early-stopping.ts';
import { curvatureFrom, curvatureParts } from './curvature-file.ts';
import type { NoiseWindow } from './noise-scale.ts';
import { historyLength, historyState } from './norm-history.ts';
import type { LbfgsState } from './optimizers/lbfgs.ts';
import type { Memory } from './optimizers/optimizer.ts';
import { slotState } from './program-shape.ts';
import type { Divergence } from './run-types.ts';
import { vectorsOf, weightsIn } from './weights.ts';
import type { WeightSet } from './weights.ts';

/** The host's part of a run's state; tensors aside, all of it. */
export interface RunCounters {
  /** Position in the data, and examples used so far. */
  readonly cursor: Cursor & { readonly examples: number };
  readonly plan: Plan;
  /** The configuration at step 0. */
  readonly initial: Config;
  /** The configuration now in force and the live changes that made it so. */
  readonly config: Config;
  readonly changes: readonly Change[];
  /** Live changes of a link that are still to act, in order. */
  readonly coming: readonly Change[];
  readonly plateau: PlateauState;
  readonly cuts: readonly number[];
  readonly stopping: StoppingState;
  /** What the optimizer carries on the host. */
  readonly memory: Memory;
  /** The last step kept an average of the weights: the next one goes on with it. */
  readonly averageBegun: boolean;
  /** What running out of patience has multiplied the rate by, where it cuts instead of stopping. */
  readonly rateFactor: number;
  /** Last step whose evaluation has acted on `stopping`; −1 before the first. */
  readonly observed: number;
  /** What the gradient noise scale is estimated from, once it is measured. */
  readonly noise?: NoiseWindow;
  /** How the run diverged, if it did: then it is over. */
  readonly diverged?: Divergence;
  /** What was in force when the present step was reached, once a change has come at it. */
  readonly atStep?: StepStart;
}

/** Where changes of one step start from, so that only what they come to in the end has an effect. */
export interface StepStart {
  readonly step: number;
  readonly config: Config;
  readonly plan: Plan;
  readonly stopping: StoppingState;
}

/** All that a checkpoint holds. */
export interface RunState {
  readonly counters: RunCounters;
  /** Flat vectors: `parameters`, `slot.<name>` and what else is state. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  /** Weights at the best evaluation. */
  readonly best?: WeightSet;
  /** What L-BFGS has learned. */
  readonly curvature?: LbfgsState;
}

const format = 'tuning-fork-run-5';
/** Files of this form are read as well: the hash of their data did not say what the tokens of a text stand for. */
const earlierFormat = 'tuning-fork-run-4';

/** The bytes of a checkpoint, with what others want to keep beside it. `dataHash` guards against going on with other data. */
export function encodeCheckpoint(
  state: RunState,
  { model, slots, dataHash, startedFrom }: Omit<CheckpointOwner, 'config' | 'trainingCount'>,
  beside: SafetensorsFile = { tensors: {}, metadata: {} },
): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, NamedTensor> = { ...beside.tensors };
  const add = (prefix: string, places: readonly Place[], flat: Float32Array | undefined) => {
    if (flat) for (const [name, tensor] of split(flat, places)) tensors[`${prefix}.${name}`] = tensor;
  };
  const addSet = (prefix: string, { parameters, statistics }: WeightSet) => {
    add(prefix, model.parameters, parameters);
    add(prefix, statisticsPlaces(model), statistics);
  };
  const { raw, average } = weightsIn(state.vectors);
  addSet('model', raw);
  addSet(averageState, average);
  if (state.best) addSet('best', state.best);
  for (const slot of slots) add(`optimizer.${slot}`, model.parameters, state.vectors[slotState(slot)]);
  const history = state.vectors[historyState];
  if (history) tensors[historyState] = { shape: [history.length], values: history };
  const { vectors, numbers } = curvatureParts(state.curvature);
  for (const [name, vector] of Object.entries(vectors)) add(`curvature.${name}`, model.parameters, vector);
  const started = startedFrom === undefined ? {} : { startedFrom };
  const metadata = { ...beside.metadata, format, dataHash, ...started, counters: countersText(state.counters) };
  return encodeSafetensors(sealed({ tensors, metadata: numbers ? { ...metadata, curvature: JSON.stringify(numbers) } : metadata }));
}

/** What a checkpoint must have been made with to go on from it. */
export interface CheckpointOwner {
  readonly config: Config;
  readonly model: Model;
  readonly slots: readonly string[];
  readonly dataHash: string;
  readonly trainingCount: number;
  /** Fingerprint of the pretrained model that the run starts from, if it starts from one. */
  readonly startedFrom?: string;
}

/** What a checkpoint says of its run, whatever that run is. Throws `CheckpointError` for a damaged or foreign file. */
export function outlineOfCheckpoint(bytes: Uint8Array): Pick<RunCounters, 'cursor' | 'initial' | 'config' | 'changes' | 'coming'> {
  const file = readCheckpointFile(bytes);
  const counters = countersOf(file);
  refuseDamage(file);
  return counters;
}

function countersOf({ metadata }: SafetensorsFile): RunCounters {
  if (metadata['format'] !== format && metadata['format'] !== earlierFormat)
    throw new CheckpointError('this file is not a checkpoint of Tuning Fork');
  return parseCounters(metadata['counters'] ?? '');
}

/** Last, since what is missing or out of place says more. */
function refuseDamage(file: SafetensorsFile): void {
  if (!isAsSealed(file)) throw new CheckpointError('the file is damaged: its contents are not what was saved');
}

/** As much of the hash of data as files of that form hold. */
function hashKnownTo({ metadata }: SafetensorsFile, dataHash: string): string | undefined {
  return metadata['format'] === earlierFormat ? dataHash.split('.')[0] : dataHash;
}

/** What a run of equal parameters can differ in by its data. */
function otherData({ task, text }: Config): string {
  return task === 'text' && text === 'own' ? 'another text than the one of your own that is chosen now' : 'other data';
}

/** Reads a checkpoint back. Throws `CheckpointError` if the file is damaged, foreign, or of another configuration or data set. */
export function decodeCheckpoint(bytes: Uint8Array, owner: CheckpointOwner): RunState {
  const { config, model, slots, dataHash, trainingCount, startedFrom } = owner;
  const file = readCheckpointFile(bytes);
  const counters = countersOf(file);
  const other = parameterIds.find((id) => decidesIdentity(id) && !sameValue(counters.config[id], config[id]));
  if (other) throw new CheckpointError(`the checkpoint was made with another value of “${parameters[other].label}”`);
  if (file.metadata['startedFrom'] !== startedFrom)
    throw new CheckpointError('the checkpoint was made from another pretrained model than the one that is here');
  if (file.metadata['dataHash'] !== hashKnownTo(file, dataHash))
    throw new CheckpointError(`the checkpoint was made on ${otherData(config)}`);
  if (counters.cursor.position > trainingCount) throw new CheckpointError('the counters in the checkpoint are damaged');
  const join = (prefix: string, places: readonly Place[] = model.parameters) => joined(prefix, file.tensors, places);
  const joinSet = (prefix: string): WeightSet => ({
    parameters: join(prefix),
    ...(model.statistics.length > 0 ? { statistics: join(prefix, statisticsPlaces(model)) } : {}),
  });
  const vectors: Record<string, Float32Array> = { ...vectorsOf({ raw: joinSet('model'), average: joinSet(averageState) }) };
  const history = file.tensors[historyState]?.values;
  if (history?.length !== historyLength) throw new CheckpointError(`the checkpoint lacks ${historyState}`);
  vectors[historyState] = Float32Array.from(history);
  for (const slot of slots) vectors[slotState(slot)] = join(`optimizer.${slot}`);
  const hasBest = Object.keys(file.tensors).some((name) => name.startsWith('best.'));
  if (counters.stopping.best && !hasBest) throw new CheckpointError('the checkpoint lacks the weights of the best evaluation');
  const curvature = curvatureFrom(file.metadata['curvature'], (name) => join(`curvature.${name}`));
  const best = hasBest ? { best: joinSet('best') } : {};
  refuseDamage(file);
  return { counters, vectors, ...best, ...(curvature ? { curvature } : {}) };
}

/** The flat vectors as an executor takes them. */
export function asTensors(vectors: Readonly<Record<string, Float32Array>>): TensorMap {
  return Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, { shape: [values.length], values }]));
}

/** The file that a checkpoint is. Throws `CheckpointError` if it is not one. */
export function readCheckpointFile(bytes: Uint8Array): SafetensorsFile {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof SafetensorsError) throw new CheckpointError(error.message);
    throw error;
  }
}

/** Where a named tensor lies in a flat vector. */
type Place = Pick<Parameter, 'name' | 'shape' | 'offset'>;

function statisticsPlaces(model: Model): readonly Place[] {
  return model.statistics.flatMap(({ layer, units, offset }) => [
    { name: `${layer}.running_mean`, shape: [units], offset },
    { name: `${layer}.running_var`, shape: [units], offset: offset + units },
  ]);
}

function split(flat: Float32Array, places: readonly Place[]): (readonly [string, NamedTensor])[] {
  return places.map(({ name, shape, offset }) => [name, { shape, values: flat.slice(offset, offset + sizeOf(shape)) }]);
}

function joined(prefix: string, tensors: Readonly<Record<string, NamedTensor>>, places: readonly Place[]): Float32Array {
  const flat = new Float32Array(places.reduce((total, { shape }) => total + sizeOf(shape), 0));
  for (const { name, shape, offset } of places) {
    const tensor = tensors[`${prefix}.${name}`];
    if (!tensor) throw new CheckpointError(`the checkpoint lacks ${prefix}.${name}`);
    if (tensor.values instanceof Float64Array) throw new CheckpointError(`${prefix}.${name} is not of type F32`);
    if (!sameValue(tensor.shape, shape)) throw new CheckpointError(`${prefix}.${name} has another size than this model`);
    flat.set(tensor.values, offset);
  }
  return flat;
}

/** Whatever makes it another run when changed; the engine only computes it. */
function decidesIdentity(id: ParameterId): boolean {
  return !isLive(id) && id !== 'engine';
}
