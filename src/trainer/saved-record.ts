/**
 * The curves of a run inside its checkpoint file, as tensors beside the weights, so that a file opened elsewhere shows the whole run.
 * A checkpoint without curves begins with empty ones.
 */
import type { SerializedHistory } from '../shared/history.ts';
import { History } from '../shared/history.ts';
import { isRecord } from '../shared/is-record.ts';
import { packArrays, unpackArrays } from '../shared/packed-arrays.ts';
import type { SafetensorsFile } from '../shared/safetensors.ts';
import { CheckpointError } from '../training/checkpoint-error.ts';
import { readCheckpointFile } from '../training/checkpoint.ts';
import { MeasuredCurves } from './measured-curves.ts';
import type { SavedMeasured } from './measured-curves.ts';
import { evaluationStreams, stepStreams } from './trainer.ts';
import type { RunSnapshot } from './trainer.ts';

/** The record of a run as plain data. */
export interface SavedRecord {
  readonly steps: SerializedHistory;
  readonly evaluations: SerializedHistory;
  /** Seconds spent training. */
  readonly seconds: number;
  /** Steps whose gradient was clipped. */
  readonly clipped: number;
  /** What the last step came to. */
  readonly latest?: NonNullable<RunSnapshot['latest']>;
  /** Curves of diagnostics. */
  readonly measured?: SavedMeasured;
}

const key = 'curves';

/** What to keep beside the run in its file. */
export function withSavedRecord(saved: SavedRecord): SafetensorsFile {
  const { text, tensors } = packArrays(saved, key);
  return { tensors, metadata: { [key]: text } };
}

/** The record in a file, if it holds one. Throws `CheckpointError` for a damaged one. */
export function savedRecordOf(bytes: Uint8Array): SavedRecord | undefined {
  const { tensors, metadata } = readCheckpointFile(bytes);
  const text = metadata[key];
  if (text === undefined) return undefined;
  try {
    const saved = unpackArrays({ text, tensors });
    if (isSaved(saved)) {
      // They throw for anything that they could not go on from.
      History.from(saved.steps, stepStreams);
      History.from(saved.evaluations, evaluationStreams);
      new MeasuredCurves(saved.measured);
      return saved;
    }
  } catch {
    // Told below.
  }
  throw new CheckpointError('the curves in the file are damaged');
}

function isSaved(value: unknown): value is SavedRecord {
  return (
    isRecord(value) &&
    isRecord(value['steps']) &&
    isRecord(value['evaluations']) &&
    isNumber(value['seconds']) &&
    isNumber(value['clipped']) &&
    (value['latest'] === undefined || isLatest(value['latest'])) &&
    (value['measured'] === undefined || isRecord(value['measured']))
  );
}

function isLatest(value: unknown): boolean {
  return isRecord(value) && ['loss', 'learningRate', 'gradNorm', 'clippedNorm'].every((name) => isNumber(value[name]));
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
