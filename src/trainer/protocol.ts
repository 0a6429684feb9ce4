/**
 * What crosses the thread boundary: commands to the worker, events from it. Tensors never do, and never a message per step.
 *
 * Idea: each union has one member per message; both ends take `Handlers<M>`, so that a missing or an extra handler does
 * not compile. Curves and pictures travel as typed arrays.
 */
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import type {
  Amount,
  Attention,
  Checkpoint,
  Description,
  ExportTarget,
  GenerationRequest,
  SavedRun,
  TakenText,
  TrainerEvent,
} from './trainer.ts';

/** From the page to the worker. */
export type Command =
  /** Describe a configuration; answered by `described` with the same request number. */
  | { readonly type: 'describe'; readonly request: number; readonly config: Config }
  /** Take a text of the user's own; answered by `textTaken` with the same request number. */
  | { readonly type: 'takeText'; readonly request: number; readonly bytes: Uint8Array }
  /** Look at a file; answered by `inspected` with the same request number. */
  | { readonly type: 'inspect'; readonly request: number; readonly file: Uint8Array<ArrayBuffer> }
  /** Export a run; answered by `exported` with the same request number. */
  | {
      readonly type: 'exportRun';
      readonly request: number;
      readonly config: Config;
      readonly changes: readonly Change[];
      readonly target: ExportTarget;
    }
  /** Take the present model away; answered by `exported` with the same request number. */
  | { readonly type: 'exportModel'; readonly request: number }
  /** Prepare a run, ending the one before. */
  | {
      readonly type: 'start';
      readonly runId: number;
      readonly config: Config;
      readonly changes: readonly Change[];
      readonly from?: Checkpoint;
    }
  /** Train on at this pace. */
  | { readonly type: 'play'; readonly stepsPerSecond: number }
  | { readonly type: 'pause' }
  /** Train exactly so far, then pause. */
  | { readonly type: 'advance'; readonly amount: Amount }
  /** A live change. */
  | { readonly type: 'change'; readonly patch: ConfigPatch }
  /** Try learning rates on a copy of the run; answered by `rates`. */
  | { readonly type: 'findRate' }
  /** Tell from now on what steps do to a weight; undefined: no longer. */
  | { readonly type: 'watch'; readonly weight: number | undefined }
  /** Answer a prompt; what comes of it are `written` events of this number. */
  | { readonly type: 'write'; readonly id: number; readonly writing: GenerationRequest }
  | { readonly type: 'stopWriting' }
  /** Say where the model looks in some tokens; answered by `attended` with the same request number. */
  | { readonly type: 'attend'; readonly request: number; readonly tokens: Uint16Array }
  /** Sign of life wanted; answered by `pong`. */
  | { readonly type: 'ping' };

/** From the worker to the page. */
export type WorkerEvent =
  | Exclude<TrainerEvent, { type: 'pulse' }>
  /** Answer to `describe`. */
  | { readonly type: 'described'; readonly request: number; readonly description: Description }
  /** Answer to `takeText`. */
  | { readonly type: 'textTaken'; readonly request: number; readonly taken: TakenText }
  /** Answer to `inspect`. */
  | { readonly type: 'inspected'; readonly request: number; readonly saved: SavedRun }
  /** Answer to `exportRun` and `exportModel`; the bytes are transferred. */
  | { readonly type: 'exported'; readonly request: number; readonly zip: Uint8Array<ArrayBuffer> }
  /** Answer to `attend`; the maps are transferred. */
  | { readonly type: 'attended'; readonly request: number; readonly attention: Attention }
  /** `describe`, `inspect`, `exportRun`, `exportModel` or `attend` failed; the message says why. */
  | { readonly type: 'refused'; readonly request: number; readonly message: string }
  /** Alive. */
  | { readonly type: 'pong' };

/** One handler for each member of a message union. */
export type Handlers<Message extends { readonly type: string }> = {
  readonly [Type in Message['type']]: (message: Extract<Message, { readonly type: Type }>) => void;
};

/** Calls the handler of a message. Messages of a type that nobody knows are passed over. */
export function dispatch<Message extends { readonly type: string }>(handlers: Handlers<Message>, message: Message): void {
  const byType: Readonly<Record<string, unknown>> = handlers;
  const handler = byType[message.type];
  // The mapped type pairs each handler with its message; the compiler cannot follow that through an index.
  if (typeof handler === 'function') (handler as (message: Message) => void)(message);
}
