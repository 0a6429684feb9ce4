/**
 * Reads a growing list of tokens with a decoder, whatever its length (`window.ts`), and says what may follow. It yields after each token that
 * it reads beyond the one that is new, so that whoever drives it can look up, or stop.
 */
import type { Decoder } from './decoder.ts';
import { windowStart } from './window.ts';

/** Yielded while there is more to read. */
export interface Reading {
  readonly kind: 'reading';
  /** Tokens that are still to be read before the next one is known. */
  readonly left: number;
}

/** Reads one list of tokens, which may grow from call to call. */
export class Reader {
  private readonly decoder: Decoder;
  private start = 0;
  private end = 0;

  /** The decoder is the reader's from now on. */
  constructor(decoder: Decoder) {
    decoder.reset();
    this.decoder = decoder;
  }

  /**
   * Logits of the token behind the first `length` tokens; valid until the next call, which must ask for no fewer. Throws `RangeError` if
   * there is no token before it.
   */
  *logitsAfter(tokens: ArrayLike<number>, length: number): Generator<Reading, Float64Array> {
    if (length === 0) throw new RangeError('There must be a token to go on from.');
    const start = windowStart(length, this.decoder.capacity);
    if (start !== this.start) {
      this.decoder.reset();
      this.start = start;
      this.end = start;
    }
    while (this.end < length) {
      this.decoder.read(tokens[this.end]!);
      this.end++;
      if (this.end < length) yield { kind: 'reading', left: length - this.end };
    }
    return this.decoder.logits();
  }
}
