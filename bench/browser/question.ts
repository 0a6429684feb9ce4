/** What the host asks of a worker of the bench, and what it is answered with. */
import type { BrowserContender } from '../contenders.ts';
import type { Ready, Turn } from '../lane.ts';
import type { EngineName } from '../../src/engine/engines.ts';

/** One question. A worker is asked one at a time. */
export type Question =
  /** Does an engine's device only pretend to be a GPU? True also if there is none. */
  | { readonly ask: 'isPretended'; readonly engine: EngineName }
  /** Makes a contender ready for a row, given as a link of the app. */
  | { readonly ask: 'open'; readonly contender: BrowserContender; readonly link: string }
  | { readonly ask: 'turn'; readonly seconds: number };

/** The answers, by question. */
export interface Answers {
  readonly isPretended: boolean;
  readonly open: Ready;
  readonly turn: Turn;
}

/** What a worker posts. */
export type Reply = { readonly value: Answers[keyof Answers] } | { readonly error: string };
