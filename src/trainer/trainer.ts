/**
 * The thread boundary as an interface: what the page may ask of a trainer and what it hears back.
 * Two forms implement it: in a worker (`worker-trainer.ts`) and in the same thread (`inline-trainer.ts`, tests).
 */
import type { HistoryCurves as Curves, HistoryPositions as Positions } from '../shared/history.ts';
import type { ExportTarget } from '../codegen/files.ts';
import type { GenerationRequest } from '../language/generate.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import type { Change } from '../params/changes.ts';
import type { Plan } from '../schedule/plan.ts';
import type { DataPicture } from '../tasks/picture.ts';
import type { BytePairProgress } from '../tasks/tokenizers/byte-pairs.ts';
import type { RateTest } from '../training/rate-test.ts';
import type { WeightStep } from '../training/weight-step.ts';
import type { Evaluation, RunEnd } from '../training/run-types.ts';
import type { Attention, Sample, WritingNews } from './reading-types.ts';

export type { GenerationRequest } from '../language/generate.ts';
export type { Attention, Sample, Writing, WritingNews } from './reading-types.ts';
export type { BytePairProgress } from '../tasks/tokenizers/byte-pairs.ts';
export type { RateTest } from '../training/rate-test.ts';
export type { WeightStep } from '../training/weight-step.ts';
export type { ExportTarget } from '../codegen/files.ts';
export type { Evaluation, RunEnd } from '../training/run-types.ts';

/** What a run takes of the machine. */
export interface Cost {
  /** Arithmetic operations of one optimizer step. */
  readonly flopsPerStep: number;
  /** Bytes of weights, their average and the optimizer's slots; of the data; and of what a step holds besides, at most. */
  readonly stateBytes: number;
  readonly dataBytes: number;
  readonly stepBytes: number;
}

/** What the page must know about a configuration before a run. */
export interface Description {
  /** Task and model in words: `Spiral`, `MLP 2‑8‑8‑1`. */
  readonly taskName: string;
  readonly modelName: string;
  readonly parameterCount: number;
  /** Weights of a pretrained model that stay as they are, where a part of it is trained. */
  readonly fixedCount?: number;
  /** The learned tensors in the order of the flat vector of all weights. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** What training takes, by the graph of one step: engines differ from it somewhat. */
  readonly cost: Cost;
  /** The rule of the optimizer, line by line, for the first weight. */
  readonly rule: readonly string[];
  readonly trainingCount: number;
  /** Of a text: all the windows to train on that it gives, and how many rows of `trainingCount` are replayed. */
  readonly windows?: { readonly available: number; readonly replayed: number };
  readonly validationCount: number;
  readonly testCount: number;
  /** Rows left out because a value was missing. */
  readonly droppedRows: number;
  readonly plan: Plan;
  /** `accuracy` (0…1, higher is better) or an error in original units (lower is better). */
  readonly metric: { readonly name: string; readonly unit: string; readonly better: 'higher' | 'lower' };
  /** Class names in label order; empty for regression. */
  readonly classNames: readonly string[];
  readonly lossName: string;
  /** What the loss is a mean over, and its unit where it has one: `per example`, `in nats per character`. */
  readonly lossUnit: string;
  /** Loss of a model that answers every class with equal probability (ln K), where that means something. */
  readonly chanceLoss?: number;
  readonly picture: DataPicture;
}

/** What the model says now, to draw over the picture. */
export type Learned =
  /** For `plane`: `size × size` cells, row 0 at yMin; per cell K class probabilities (K = 1: of class 1), or the value. */
  | { readonly kind: 'plane'; readonly size: number; readonly outputs: number; readonly values: Float32Array }
  /** For `curve`: the fitted line in original units. */
  | { readonly kind: 'curve'; readonly x: Float32Array; readonly y: Float32Array }
  /** For `images` and `table`: predicted class and its probability per validation example, and counts [true × predicted]. */
  | { readonly kind: 'classes'; readonly predicted: Uint8Array; readonly probability: Float32Array; readonly confusion: Uint32Array }
  /**
   * For `tokens`: at each of the `[rows × (length − 1)]` places, after the right tokens so far, the `count` likeliest next ones, likeliest first,
   * with their probabilities, `[places × count]`; and the loss of the right one in nats.
   */
  | {
      readonly kind: 'tokens';
      readonly count: number;
      readonly candidates: Uint16Array;
      readonly probabilities: Float32Array;
      readonly losses: Float32Array;
    };

/** Per-step quantities kept as history. */
export const stepStreams = ['loss', 'l1', 'l2', 'learningRate', 'momentum', 'gradNorm', 'clippedNorm'] as const;
/** Name of one of these. */
export type StepStream = (typeof stepStreams)[number];
/** What each evaluation adds to the history. */
export const evaluationStreams = ['valLoss', 'valMetric', 'besideLoss', 'besideMetric'] as const;
/** Name of one of these. */
export type EvaluationStream = (typeof evaluationStreams)[number];
/**
 * Curves kept only where they are measured: ‖Δw‖/‖w‖ of each layer, by its name; shares of idle units, `dead.<layer>` and `saturated.<layer>`;
 * the noise scale, `scale`, `low`, `high`; `sharpness`; the loss on the text that a model was pretrained on, `loss`; and the z-loss, `penalty`.
 */
export const measuredNames = ['updates', 'units', 'noise', 'sharpness', 'old', 'zLoss'] as const;
/** Name of one of these. */
export type MeasuredCurve = (typeof measuredNames)[number];

/** Curves at bounded size (≤ 180 buckets), never hiding an extreme; where their buckets lie. */
export type { Curves, Positions };

/** The whole of a run as the page shows it, sent a few times a second while it moves. */
export interface RunSnapshot {
  readonly runId: number;
  readonly phase: 'preparing' | 'ready' | 'running' | 'paused' | 'ended';
  readonly step: number;
  /** Epochs done, with fraction. */
  readonly epoch: number;
  readonly examples: number;
  /** Seconds spent training. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
  readonly plan: Plan;
  readonly steps: Curves<StepStream>;
  readonly evaluations: Curves<EvaluationStream>;
  readonly latest?: { readonly loss: number; readonly learningRate: number; readonly gradNorm: number; readonly clippedNorm: number };
  readonly evaluation?: Evaluation;
  readonly best?: Evaluation;
  /** Evaluations since the best one that counted against patience. */
  readonly patienceUsed: number;
  /** Share of steps whose gradient was clipped, 0…1. */
  readonly clippedShare: number;
  /** The same of the last 256 steps, and the 90th percentile of their gradient norms before clipping: exact, by nearest rank. */
  readonly lately?: { readonly clippedShare: number; readonly normPercentile: number };
  readonly measured?: Readonly<Partial<Record<MeasuredCurve, Curves<string>>>>;
  /** Live changes that have acted, planned ones from the link included. */
  readonly changes: readonly Change[];
  /** Steps at which reduce-on-plateau, or patience, cut the rate. */
  readonly cuts: readonly number[];
  /** What running out of patience has multiplied the rate by so far. */
  readonly rateFactor: number;
  /** Entry i: the step at which a patience of i + 1 would have ended this run. */
  readonly patienceReached: readonly number[];
  /** Worth saying: the loss sits at chance level; every hidden unit of a layer is dead. */
  readonly warnings: readonly ('stuckAtChance' | 'noUnitAlive')[];
  readonly end?: RunEnd;
}

/** How an engine was chosen, or why it had to change. */
export interface EngineReport {
  readonly engine: string;
  readonly device: string;
  /** One sentence: what was measured and why this one. */
  readonly why: string;
  /** Engines considered: measured steps per second, or why one is not offered. */
  readonly candidates: readonly { readonly engine: string; readonly stepsPerSecond?: number; readonly refused?: string }[];
}

/** Enough to go on exactly: the bytes of a safetensors file (parameters, slots, counters, configuration, and the curves so far). */
export interface Checkpoint {
  readonly step: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A checkpoint that can be gone on from here, and the run that it belongs to. */
export interface SavedRun {
  readonly checkpoint: Checkpoint;
  /** The configuration at step 0, and its live changes, those of a link that are still to come included. */
  readonly config: Config;
  readonly changes: readonly Change[];
}

/** A text of the user's own: how many characters were read, and what tells it from any other (16 hexadecimal digits); or in words why none. */
export type TakenText = { readonly characters: number; readonly fingerprint: string } | { readonly refused: string };

/** What a failure was about; decides what the page offers. */
export type FaultKind = 'workerDied' | 'deviceLost' | 'outOfMemory' | 'unsupported' | 'badCheckpoint' | 'internal';
/** A failure, told once. */
export interface Fault {
  readonly kind: FaultKind;
  /** What happened, in words for the page. */
  readonly message: string;
  /** Step up to which everything is kept. */
  readonly keptStep: number;
  /** The engine that took over, if the run goes on by itself. */
  readonly continuesOn?: string;
}

/** A learning-rate range test so far, or in words why there is none. */
export type RateNews = RateTest | { readonly failed: string };

/** All that a trainer says by itself. */
export type TrainerEvent =
  /** How far a tokenizer is that must be learned before anything else; undefined: it is known. */
  | { readonly type: 'progress'; readonly progress: BytePairProgress | undefined }
  /** New state of the run. */
  | { readonly type: 'snapshot'; readonly snapshot: RunSnapshot }
  /** New picture of what the model has learned. */
  | { readonly type: 'learned'; readonly runId: number; readonly step: number; readonly learned: Learned }
  /** The engine of the run is known or has changed. */
  | { readonly type: 'engine'; readonly runId: number; readonly report: EngineReport }
  /** Something to restart from; the page keeps the newest. */
  | { readonly type: 'checkpoint'; readonly runId: number; readonly checkpoint: Checkpoint }
  /** How a range test stands; the last one has an `end` or has failed. */
  | { readonly type: 'rates'; readonly runId: number; readonly news: RateNews }
  /** What the last step did to the weight that is watched. */
  | { readonly type: 'weight'; readonly runId: number; readonly step: WeightStep }
  /** How the answer to a prompt stands, or why there is none; the last one is `done`, `stopped` or refused. */
  | { readonly type: 'written'; readonly runId: number; readonly id: number; readonly news: WritingNews }
  /** What a language model makes of its fixed prompt. */
  | { readonly type: 'sample'; readonly runId: number; readonly sample: Sample }
  /** Something failed; the run is kept as said. */
  | { readonly type: 'fault'; readonly runId: number; readonly fault: Fault }
  /** So many of the bytes of the pretrained model have come. */
  | { readonly type: 'loading'; readonly loaded: number; readonly total: number }
  /** No sign of life for 2 s (`busy`), for 15 s (`silent`), or alive again. Only the worker form sends it. */
  | { readonly type: 'pulse'; readonly state: 'alive' | 'busy' | 'silent' };

/** How far to train: so much further, or up to a step. */
export type Amount = { readonly steps: number } | { readonly epochs: number } | { readonly toStep: number };

/** Trains one run at a time. A new `start` ends the one before. */
export interface Trainer {
  describe(config: Config): Promise<Description>;
  /** Takes the bytes of a text of the user's own, which `text: 'own'` learns from then on. It outlives the worker. */
  takeText(bytes: Uint8Array): Promise<TakenText>;
  /** Looks whether the bytes of a file are a run that can be gone on with. Rejects with the reason if not; the present run never notices. */
  inspect(file: Uint8Array<ArrayBuffer>): Promise<SavedRun>;
  /**
   * The run of a configuration as source for another framework: a zip of its files. Trains the first steps anew for what the script must
   * find; the present run goes on untouched. Rejects with sentences that name what cannot be exported.
   */
  exportRun(config: Config, changes: readonly Change[], target: ExportTarget): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The language model that the run has come to, as a zip: weights (safetensors), tokenizer, code to read them; with LoRA the adapter too. Rejects with
   * the reason where there is none.
   */
  exportModel(): Promise<Uint8Array<ArrayBuffer>>;
  /** Prepares a run (weights, data, engine, evaluation at step 0) without training. Answers with snapshots. */
  start(runId: number, config: Config, changes: readonly Change[], from?: Checkpoint): void;
  /** Trains on, at `stepsPerSecond` (Infinity: flat out), until paused or at an end. */
  play(stepsPerSecond: number): void;
  pause(): void;
  /** Trains exactly so far, then pauses; a step that lies behind pauses at once. */
  advance(amount: Amount): void;
  /** A live change: acts on the next step. */
  change(patch: ConfigPatch): void;
  /** Pauses, and tries learning rates on a copy of the run, which it leaves as it is. Any other command about the run ends the test. */
  findRate(): void;
  /** From now on, tells of each turn's last step what it did to the weight at this place of the flat vector; undefined: no longer. */
  watch(weight: number | undefined): void;
  /** Goes on with a prompt by the present weights of a language model, while the run trains, rests or has ended; answered by `written` events. A new request, and a new run, ends the one before. */
  write(id: number, request: GenerationRequest): void;
  /** Ends the answer under way. */
  stopWriting(): void;
  /** Where a GPT looks in some tokens, at most a context of them. Rejects with the reason if that cannot be said. */
  attend(tokens: Uint16Array): Promise<Attention>;
  subscribe(listener: (event: TrainerEvent) => void): () => void;
  /** Ends a silent worker and opens a new one (worker form); the page then starts again from its checkpoint. */
  revive(): void;
  dispose(): void;
}
