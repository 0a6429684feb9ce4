/** Anything that was thrown, as a fault in the page's words. */
import { EngineError } from '../engine/engine-error.ts';
import { CheckpointError } from '../training/checkpoint-error.ts';
import type { Fault } from './trainer.ts';

/** The fault that an error means for a run that is kept up to `keptStep`. */
export function faultOf(error: unknown, keptStep: number): Fault {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CheckpointError) return { kind: 'badCheckpoint', message, keptStep };
  return { kind: error instanceof EngineError ? error.kind : 'internal', message, keptStep };
}

/** Whether another engine could go on where this error stopped one. */
export function isEnginesFault(error: unknown): boolean {
  return error instanceof EngineError;
}

/** Messages one after the other, each closed by a full stop. */
export function sentences(...messages: readonly string[]): string {
  return messages.map((message) => (/[.!?]$/.test(message) ? message : `${message}.`)).join(' ');
}
