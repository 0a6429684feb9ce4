/** The linear memory of one instance, given out from the bottom up. It grows while programs are loaded, never while they run. */
import { EngineError } from '../engine-error.ts';

/** Memory given out from the bottom up. */
export interface Arena {
  /** The present views; they change when memory grows. */
  readonly floats: () => Float32Array;
  readonly words: () => Uint32Array;
  readonly doubles: () => Float64Array;
  /** A new stretch of zeros at a multiple of 64 bytes. Throws an `EngineError` of kind `outOfMemory`. */
  take(bytes: number): number;
  /** Takes everything back. */
  reset(): void;
}

const page = 65_536;
/** Whole vectors may be read, and thrown away, past the end of what lies last. */
const slackBytes = 64;
const alignment = 64;

/** An arena over `memory`, from byte `first` on. */
export function createArena(memory: WebAssembly.Memory, first: number): Arena {
  let floats = new Float32Array(memory.buffer);
  let words = new Uint32Array(memory.buffer);
  let doubles = new Float64Array(memory.buffer);
  const start = Math.ceil(first / alignment) * alignment;
  let used = start;
  return {
    floats: () => floats,
    words: () => words,
    doubles: () => doubles,
    take(bytes) {
      const at = used;
      used += Math.ceil(bytes / alignment) * alignment;
      const missing = used + slackBytes - memory.buffer.byteLength;
      if (missing > 0) {
        grow(memory, Math.ceil(missing / page));
        floats = new Float32Array(memory.buffer);
        words = new Uint32Array(memory.buffer);
        doubles = new Float64Array(memory.buffer);
      }
      words.fill(0, at / 4, used / 4);
      return at;
    },
    reset() {
      used = start;
    },
  };
}

function grow(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw new EngineError('outOfMemory', 'The program needs more memory than WebAssembly can have here.', { cause });
  }
}
