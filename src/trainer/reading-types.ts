/** What of a language model's writing and reading crosses the thread boundary. Shapes and units only. */

/** How far an answer to a prompt has come. */
export interface Writing {
  /** Step of the weights that write it: the same from its first token to its last. */
  readonly step: number;
  /** All that was added to the prompt so far. */
  readonly text: string;
  /** Tokens made so far. */
  readonly tokens: number;
  /** Of this text so far; training beside it takes its share of the time. */
  readonly tokensPerSecond: number;
  /** More is to come; or it has its length; or it was stopped. */
  readonly state: 'writing' | 'done' | 'stopped';
}

/** News of an answer, or in words why there is none: unknown characters, outputs that are no numbers. */
export type WritingNews = Writing | { readonly refused: string };

/** What the model makes of the run's fixed prompt after so many steps. */
export interface Sample {
  readonly step: number;
  readonly prompt: string;
  /** The prompt left out. */
  readonly text: string;
}

/** Where a GPT looks while it reads some tokens. */
export interface Attention {
  /** Step of the weights. */
  readonly step: number;
  readonly heads: number;
  /** Tokens read. */
  readonly length: number;
  /** For each layer `[heads, length, length]`: share of the second token in what the first sees; rows sum to 1, later tokens have 0. */
  readonly layers: readonly Float32Array[];
}
