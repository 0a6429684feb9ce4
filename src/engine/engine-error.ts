/**
 * What executors fail with: a small closed set of kinds, so that nobody above has to read message texts. Only here is one read: browsers throw the
 * same `RangeError` for memory that they cannot give and for a number out of range, and tell them apart by nothing else.
 */

/** `unsupported`: this machine cannot; `deviceLost`: it could until now; `outOfMemory`: the program is too large for it; `internal`: a mistake of ours. */
export type EngineErrorKind = 'deviceLost' | 'outOfMemory' | 'unsupported' | 'internal';

/** Every rejection of an `Executor` or of opening one. `message` is written for the page. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Anything thrown, as an `EngineError`; what is one already is returned as it is. */
export function toEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const kind = thrown instanceof RangeError && /alloc|length/i.test(message) ? 'outOfMemory' : 'internal';
  return new EngineError(kind, message, { cause: thrown });
}
