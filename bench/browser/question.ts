/** What the host asks of a worker of the bench, and what it is answered with. */
import type { BrowserContender } from '../contenders.ts';
import type { Ready, Turn } from '../lane.ts';
import type { EngineName } from '../../src/engine/engines.ts';

/** Billions of operations a second from registers alone; a kind of instructions that the browser lacks is left out. */
export interface Roof {
  readonly simd?: number;
  readonly relaxedSimd?: number;
}

/** Products inside the wasm executor, turn by turn, and the roof beside each; GFLOP/s. */
export type Products = readonly { readonly gigaflops: number; readonly roof: number }[];

/** One question. A worker is asked one at a time. */
export type Question =
  /** Does an engine's device only pretend to be a GPU? True also if there is none. */
  | { readonly ask: 'isPretended'; readonly engine: EngineName }
  /** Makes a contender ready for a row, given as a link of the app. */
  | { readonly ask: 'open'; readonly contender: BrowserContender; readonly link: string }
  | { readonly ask: 'turn'; readonly seconds: number }
  | { readonly ask: 'roof' }
  | { readonly ask: 'products' };

/** The answers, by question. */
export interface Answers {
  readonly isPretended: boolean;
  readonly open: Ready;
  readonly turn: Turn;
  readonly roof: Roof;
  readonly products: Products;
}

/** What a worker posts. */
export type Reply = { readonly value: Answers[keyof Answers] } | { readonly error: string };
