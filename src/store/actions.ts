/** Everything the page can ask of the store, in one place. Each returns at once; what follows arrives as state. */
import type { Config } from '../params/config.ts';
import type { ParameterId } from '../params/table.ts';
import type { Theme } from './state.ts';

/** The actions. The object is the same for the life of the store. */
export interface Actions {
  /** Sets a parameter: live ones act on the next step of a run in progress, the others prepare a new run. */
  setParameter<Id extends ParameterId>(id: Id, value: Config[Id]): void;
  /** Back to the default. */
  resetParameter(id: ParameterId): void;
  /** Trains on; prepares a new run first if the present one has ended or is out of date. */
  run(): void;
  pause(): void;
  oneStep(): void;
  oneEpoch(): void;
  /** Back to step 0; the run so far stays visible as the previous one. */
  reset(): void;
  /** Steps per second to watch; 0 = automatic. */
  setPace(stepsPerSecond: number): void;
  /** Replaces everything that a link holds. What cannot be used is told in `problems`. */
  applyHash(hash: string): void;
  dismissProblems(): void;
  dismissHint(): void;
  /** After a fault: clears it, and goes on from what was kept if the run does not go on by itself. */
  goOn(): void;
  /** Ends an engine that died or is silent and goes on from the newest checkpoint, or from the start if there is none. */
  restartFromCheckpoint(): void;
  setTheme(theme: Theme): void;
  setProjector(on: boolean): void;
}
