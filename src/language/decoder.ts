/** What reads a text token by token and says what may follow. */

/** A model that reads a text. */
export interface Decoder {
  /** How many tokens it can hold before it must be reset. */
  readonly capacity: number;
  /** Reads the token that comes next, a whole number below the vocabulary. */
  read(token: number): void;
  /** Logits of the token after the last one read, `[vocabulary]`; the same array each time. */
  logits(): Float64Array;
  /** Forgets what was read. */
  reset(): void;
}
