/** What the parts of the store share: the state, the trainer, a clock, and the few wishes that wait for an answer. */
import type { StoreApi } from 'zustand/vanilla';
import type { ConfigPatch } from '../params/config.ts';
import type { Curve } from '../params/kinds.ts';
import type { Amount, Trainer } from '../trainer/trainer.ts';
import type { AppState } from './state.ts';

/** Calls `action` after some milliseconds; the answer cancels it. */
export type Later = (milliseconds: number, action: () => void) => () => void;

/** What the user has asked of a run that may still be in preparation. */
export type Wish = { readonly kind: 'play' } | { readonly kind: 'advance'; readonly amount: Amount };

/** Waiting matters; never drawn, hence not state. */
export interface Waiting {
  nextRunId: number;
  /** To be done as soon as the run is prepared. */
  wish: Wish | undefined;
  /** The trainer has answered the newest `start`. */
  prepared: boolean;
  /** The trainer is on its way to a step where it pauses by itself. */
  advancing: boolean;
  /** An ended run was given more steps to do and can go on. */
  extended: boolean;
  /** Live changes not yet sent. They wait for the hand to rest, which `cancelRest` calls off, and no longer than the wait that `cancelLive` calls off. */
  livePatch: ConfigPatch;
  cancelRest: (() => void) | undefined;
  cancelLive: (() => void) | undefined;
  /** Ends the delay before a fresh run is prepared. */
  cancelFresh: (() => void) | undefined;
  /** What a drawn schedule last began with: as long as it is that, nobody has drawn. */
  traced: Curve | undefined;
  /** Number of the newest question to `describe`. */
  question: number;
  /** Number of the newest prompt. */
  prompt: number;
}

/** What the parts of the store are given. */
export interface Context {
  readonly state: StoreApi<AppState>;
  readonly trainer: Trainer;
  readonly later: Later;
  readonly waiting: Waiting;
}

/** Nothing waits. */
export function nothingWaiting(): Waiting {
  return {
    nextRunId: 1,
    wish: undefined,
    prepared: false,
    advancing: false,
    extended: false,
    livePatch: {},
    cancelRest: undefined,
    cancelLive: undefined,
    cancelFresh: undefined,
    traced: undefined,
    question: 0,
    prompt: 0,
  };
}
