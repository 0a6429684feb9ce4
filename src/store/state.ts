/**
 * What the app knows, as one flat record of plain data. Actions (`actions.ts`) replace whole members, never mutate them,
 * so that a component that selects one member is redrawn only when that member is another object.
 */
import type { Change } from '../params/changes.ts';
import type { Problem } from '../params/config.ts';
import type { Config, ParameterId } from '../params/table.ts';
import type {
  Attention,
  BytePairProgress,
  Checkpoint,
  Description,
  EngineReport,
  ExportTarget,
  Fault,
  Learned,
  RateNews,
  RunSnapshot,
  Sample,
  WeightStep,
  WritingNews,
} from '../trainer/trainer.ts';

/** One run as the page shows it. Every member but `id`, `config` and `planned` arrives from the trainer, in any order. */
export interface RunRecord {
  readonly id: number;
  /** The configuration at step 0. Live changes that acted are in `snapshot.changes`. */
  readonly config: Config;
  /** Live changes from a link, to act at their steps. */
  readonly planned: readonly Change[];
  /** The user's own live changes that a run taken up from a checkpoint makes again at their steps. */
  readonly own?: readonly Change[];
  /** Fingerprint of the user's own text that it learns from; of a run on other data, or where none was there, absent. */
  readonly textPrint?: string;
  /** The data and the plan of `config`. */
  readonly description?: Description;
  readonly snapshot?: RunSnapshot;
  readonly engine?: EngineReport;
  readonly learned?: { readonly step: number; readonly learned: Learned };
  readonly checkpoint?: Checkpoint;
  /** What the last step did to the weight that is watched. */
  readonly weightStep?: WeightStep;
  /** What a language model made of its fixed prompt, by step. */
  readonly samples?: readonly Sample[];
  /** The prompt asked last, and how its answer stands. */
  readonly writing?: { readonly id: number; readonly prompt: string; readonly news?: WritingNews };
  /** Where the model looks, if that was asked. */
  readonly attention?: AttentionState;
  /** Something failed; cleared when the user goes on. */
  readonly fault?: Fault;
}

/** Where a model looks in some tokens: asked, known, or refused with the reason. */
export type AttentionState = { readonly tokens: Uint16Array } & (
  | { readonly kind: 'working' }
  | { readonly kind: 'ready'; readonly attention: Attention }
  | { readonly kind: 'refused'; readonly message: string }
);

/** A text of the user's own, which itself stays in the worker. */
export interface OwnText {
  readonly name: string;
  readonly characters: number;
  /** Tells it from any other text: two of one name and length can differ. */
  readonly fingerprint: string;
}

/** Which colours the page has. */
export type Theme = 'system' | 'light' | 'dark';

/** An export on its way, ready to be saved, or refused with the reason. */
export type ExportState = { readonly target: ExportTarget | 'model' } & (
  | { readonly kind: 'working' }
  | { readonly kind: 'ready'; readonly fileName: string; readonly zip: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'refused'; readonly message: string }
);

/** Sign of life of the trainer: `busy` after 2 s of silence, `silent` after 15 s. */
export type Pulse = 'alive' | 'busy' | 'silent';

/** A learning-rate range test. It stays on the page when a rate from it starts a new run. */
export interface RateSearch {
  /** The run that it is a copy of, and the configuration then in force. */
  readonly runId: number;
  readonly config: Config;
  readonly news?: RateNews;
}

/** All of it. */
export interface AppState {
  /** The configuration in force now: live changes included. Controls show this. */
  readonly config: Config;
  /** Configurations taken over whole, from links and files: with each, what was typed for the one before is out of date. */
  readonly taken: number;
  /** Live changes of a link that the next fresh run is to replay. */
  readonly planned: readonly Change[];
  /** What of the link or of a typed value could not be used. */
  readonly problems: readonly Problem[];
  /** Why a file that was to be opened could not be used. */
  readonly fileProblem?: string | undefined;
  /** The text of the user's own that is learned where the configuration asks for one. */
  readonly ownText?: OwnText | undefined;
  /** Why the text that was offered last was not taken. */
  readonly textProblem?: string | undefined;
  /** The name that it was offered under. */
  readonly textRefused?: string | undefined;
  /** A tokenizer that is being learned. */
  readonly progress?: BytePairProgress | undefined;
  /** Answer of `Trainer.describe` for `config`; the one before stays until a new one arrives, or until there is nothing to describe. */
  readonly description?: Description | undefined;
  /** The configuration that `description` is of. */
  readonly described?: Config | undefined;
  /** The present run. Absent only until the page has started. */
  readonly run?: RunRecord;
  /** The run before, drawn faint behind the present one. */
  readonly previous?: RunRecord;
  /** `config` has moved on from the run that is prepared: a new one is started before the next step. */
  readonly dirty: boolean;
  /** Play was asked for and neither pause nor an end has come since. */
  readonly wantsToRun: boolean;
  /** The last range test, until it is put away. */
  readonly rates?: RateSearch | undefined;
  readonly pulse: Pulse;
  /** Bytes of the pretrained model that have come, of how many, while it is on its way. */
  readonly loading?: { readonly loaded: number; readonly total: number } | undefined;
  /** The export asked for last, until it is dismissed. */
  readonly exported?: ExportState | undefined;
  /** Parameters a teacher has taken off the page, or fixed. */
  readonly hidden: readonly ParameterId[];
  readonly locked: readonly ParameterId[];
  readonly theme: Theme;
  /** Larger type, thicker lines, light. */
  readonly projector: boolean;
  /** The link asks for the run to begin by itself. */
  readonly autoRun: boolean;
  /** A first visit without a link: show what to do first. */
  readonly firstVisit: boolean;
}
