/** Everything the page can ask of the store, in one place. Each returns at once; what follows arrives as state. */
import type { Config } from '../params/config.ts';
import type { ParameterId } from '../params/table.ts';
import type { OpenedFile } from './run-file.ts';
import type { ExportTarget, GenerationRequest } from '../trainer/trainer.ts';
import type { Theme } from './state.ts';

/** The actions. The object is the same for the life of the store. */
export interface Actions {
  /** Sets a parameter: live ones act on the next step of a run in progress, the others prepare a new run. */
  readonly setParameter: <Id extends ParameterId>(id: Id, value: Config[Id]) => void;
  /** Back to the default. */
  readonly resetParameter: (id: ParameterId) => void;
  /** Trains on; prepares a new run first if the present one has ended or is out of date. */
  readonly run: () => void;
  readonly pause: () => void;
  readonly oneStep: () => void;
  readonly oneEpoch: () => void;
  /** Pauses and tries learning rates on a copy of the run. */
  readonly findRate: () => void;
  /** Ends a range test under way, or puts its result away. */
  readonly closeRates: () => void;
  /** Watches one weight from now on, by its place among all of them; undefined: none. */
  readonly watchWeight: (weight: number | undefined) => void;
  /** Goes on with a prompt by the present weights of a language model, beside whatever the run does. */
  readonly write: (request: GenerationRequest) => void;
  readonly stopWriting: () => void;
  /** Asks where a GPT looks in some tokens. */
  readonly attend: (tokens: Uint16Array) => void;
  /** Trains up to a step and pauses there; which steps lie ahead is said by `stepsAhead`. */
  readonly runToStep: (step: number) => void;
  /** Back to step 0; the run so far stays visible as the previous one. */
  readonly reset: () => void;
  /** Steps per second to watch; 0 = automatic. */
  readonly setPace: (stepsPerSecond: number) => void;
  /** Replaces everything that a link holds. What cannot be used is told in `problems`. */
  readonly applyHash: (hash: string) => void;
  /** As `applyHash` for an experiment to start from: what is hidden, locked or projected stays so. */
  readonly tryPreset: (hash: string) => void;
  readonly dismissProblems: () => void;
  /** Learns from a text of the user's own from now on. One that cannot be used is told in `textProblem`, and nothing else changes. */
  readonly takeText: (file: OpenedFile) => void;
  /** Goes on with the run in a file. One that cannot be used is told in `fileProblem`, and nothing else changes. */
  readonly openFile: (file: OpenedFile) => void;
  readonly dismissFileProblem: () => void;
  readonly dismissHint: () => void;
  /** After a fault: clears it, and goes on from what was kept if the run does not go on by itself. */
  readonly goOn: () => void;
  /** Ends an engine that died or is silent and goes on from the newest checkpoint, or from the start if there is none. */
  readonly restartFromCheckpoint: () => void;
  /** Asks for the present run, its live changes included, as source for another framework, or for its model; the answer is `exported`. */
  readonly exportRun: (target: ExportTarget | 'model') => void;
  readonly dismissExport: () => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setProjector: (on: boolean) => void;
}
