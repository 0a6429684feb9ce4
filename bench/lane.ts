/** What is raced: one contender on one row, somewhere with a clock of its own. */

/** What a contender says when it stands ready. */
export interface Ready {
  /** What does the arithmetic, in words. */
  readonly device: string;
  /** It only pretends to be a GPU: steps are slow and say nothing about a real one. */
  readonly software: boolean;
  /** Losses of its first steps, from the row's first weights on the row's first batches. */
  readonly losses: readonly number[];
  /** What the reader must know before believing its numbers. */
  readonly note?: string;
}

/** Work done in one turn. */
export interface Turn {
  readonly steps: number;
  readonly seconds: number;
}

/** A contender on a row. Methods reject with a reason in words. */
export interface Lane {
  /** As the table names it. */
  readonly contender: string;
  open(): Promise<Ready>;
  /** Trains for about so many seconds, one step at least. */
  turn(seconds: number): Promise<Turn>;
  close(): Promise<void>;
}

/** First steps whose losses are compared between contenders. */
export const comparedSteps = 4;
