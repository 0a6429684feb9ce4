/** What L-BFGS has learned, as tensors and numbers of a checkpoint. Its vectors hold float32 values, so that they come back exactly. */
import { isRecord } from '../shared/is-record.ts';
import { CheckpointError } from './checkpoint-error.ts';
import type { LbfgsState } from './optimizers/lbfgs.ts';

/** The state in parts; none before the first step. */
export function curvatureParts(state: LbfgsState | undefined): {
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly numbers?: Readonly<Record<string, number>>;
} {
  if (!state) return { vectors: {} };
  const { iterations, length, scale, steps, changes, direction, gradient } = state;
  const numbered = (name: string, list: readonly Float64Array[]) => list.map((vector, i) => [`${name}${String(i)}`, vector] as const);
  const all = { direction, gradient, ...Object.fromEntries([...numbered('step', steps), ...numbered('change', changes)]) };
  const vectors = Object.fromEntries(Object.entries(all).map(([name, vector]) => [name, Float32Array.from(vector)]));
  return { vectors, numbers: { iterations, length, scale, pairs: steps.length } };
}

/** The state from its parts; `read` gives a vector by name. Throws `CheckpointError` where the numbers are damaged. */
export function curvatureFrom(text: string | undefined, read: (name: string) => Float32Array): LbfgsState | undefined {
  if (text === undefined) return undefined;
  const { iterations, length, scale, pairs } = numbersIn(text);
  const vector = (name: string) => Float64Array.from(read(name));
  const numbered = (name: string) => Array.from({ length: pairs }, (_, i) => vector(`${name}${String(i)}`));
  const [steps, changes] = [numbered('step'), numbered('change')];
  return { iterations, length, scale, direction: vector('direction'), gradient: vector('gradient'), steps, changes };
}

function numbersIn(text: string): Record<'iterations' | 'length' | 'scale' | 'pairs', number> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = undefined;
  }
  const { iterations, length, scale, pairs } = isRecord(found) ? found : {};
  const areNumbers = typeof iterations === 'number' && typeof length === 'number' && typeof scale === 'number';
  if (!areNumbers || typeof pairs !== 'number' || !Number.isSafeInteger(pairs) || pairs < 0 || pairs > mostPairs)
    throw new CheckpointError('the curvature in the checkpoint is damaged');
  return { iterations, length, scale, pairs };
}

/** More than the table allows; keeps a hostile file from costing memory. */
const mostPairs = 1000;
