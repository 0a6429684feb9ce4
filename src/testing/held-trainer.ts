/**
 * A trainer that does nothing by itself: it writes down what it was asked and answers when the test says so.
 * With it, tests of the store decide the order of events, also the unlucky ones.
 */
import type { Config, ConfigPatch } from '../params/config.ts';
import type { Change } from '../params/changes.ts';
import type { HistoryBand } from '../shared/history.ts';
import type {
  Amount,
  Attention,
  Checkpoint,
  Curves,
  Description,
  ExportTarget,
  GenerationRequest,
  Positions,
  RunSnapshot,
  SavedRun,
  TakenText,
  Trainer,
  TrainerEvent,
} from '../trainer/trainer.ts';
import { evaluationStreams, stepStreams } from '../trainer/trainer.ts';
import { planRun } from '../schedule/plan.ts';

/** One thing that was asked of the trainer. */
export type Call =
  | {
      readonly name: 'start';
      readonly runId: number;
      readonly config: Config;
      readonly changes: readonly Change[];
      readonly from?: Checkpoint;
    }
  | { readonly name: 'play'; readonly stepsPerSecond: number }
  | { readonly name: 'advance'; readonly amount: Amount }
  | { readonly name: 'change'; readonly patch: ConfigPatch }
  | { readonly name: 'exportRun'; readonly config: Config; readonly changes: readonly Change[]; readonly target: ExportTarget }
  | { readonly name: 'exportModel' }
  | { readonly name: 'watch'; readonly weight: number | undefined }
  | { readonly name: 'takeText'; readonly bytes: Uint8Array }
  | { readonly name: 'write'; readonly id: number; readonly request: GenerationRequest }
  | { readonly name: 'attend'; readonly tokens: Uint16Array }
  | { readonly name: 'pause' | 'findRate' | 'stopWriting' | 'revive' | 'dispose' };

/** The trainer, what it was asked, and the means to answer. */
export interface HeldTrainer extends Trainer {
  readonly calls: Call[];
  /** Calls of one kind, in order. */
  of<Name extends Call['name']>(name: Name): Extract<Call, { readonly name: Name }>[];
  /** Sends an event to whoever listens. */
  emit(event: TrainerEvent): void;
  /** Sends a snapshot of the newest run; what is not given is as at the start. */
  show(parts: Partial<RunSnapshot>): void;
  /** How it answers when a file is to be looked at; refuses every file unless a test says otherwise. */
  inspected: (saved: SavedRun) => void;
  /** Answers all descriptions asked for so far. */
  answer(): Promise<void>;
  /** Says of all texts offered so far what became of them. */
  textTaken(answer: TakenText | Error): Promise<void>;
  /** Answers all questions for attention asked so far. */
  attended(answer: Attention | Error): Promise<void>;
  /** Answers all exports asked for so far: a few bytes, or a refusal. */
  deliver(refusal?: string): Promise<void>;
}

/** A description of `trainingSize` examples of a made-up task; the plan is the real one. */
export function describedAs(config: Config): Description {
  return {
    taskName: `Task ${config.task}`,
    modelName: `MLP 2-${config.layers.join('-')}-1`,
    parameterCount: 105,
    tensors: [{ name: 'layer1.weight', shape: [2, 8] }],
    cost: { flopsPerStep: 2e6, stateBytes: 840, dataBytes: 4800, stepBytes: 12_000 },
    rule: ['w ← w − η·g'],
    trainingCount: config.trainingSize,
    validationCount: 100,
    testCount: 100,
    droppedRows: 0,
    plan: planRun(config, config.trainingSize),
    metric: { name: 'accuracy', unit: '', better: 'higher' },
    classNames: ['0', '1'],
    lossName: 'binary cross-entropy',
    lossUnit: 'per example',
    chanceLoss: Math.LN2,
    picture: {
      kind: 'plane',
      x: new Float32Array(),
      y: new Float32Array(),
      target: new Float32Array(),
      split: new Uint8Array(),
      extent: [-1, 1, -1, 1],
      regression: false,
    },
  };
}

const emptyPositions = (): Positions => ({
  step: new Float64Array(),
  epoch: new Float64Array(),
  examples: new Float64Array(),
  seconds: new Float64Array(),
});
const emptyBand = (): HistoryBand => ({ mean: new Float64Array(), min: new Float64Array(), max: new Float64Array() });

function emptyCurves<Stream extends string>(streams: readonly Stream[]): Curves<Stream> {
  const entries = streams.map((stream) => [stream, emptyBand()] as const);
  return { at: emptyPositions(), streams: Object.fromEntries(entries) as Record<Stream, HistoryBand> };
}

/** A snapshot of a run that has not begun, with `parts` in place of what differs. */
export function snapshotOf(runId: number, config: Config, parts: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    runId,
    phase: 'ready',
    step: 0,
    epoch: 0,
    examples: 0,
    seconds: 0,
    stepsPerSecond: 0,
    plan: planRun(config, config.trainingSize),
    steps: emptyCurves(stepStreams),
    evaluations: emptyCurves(evaluationStreams),
    patienceUsed: 0,
    clippedShare: 0,
    changes: [],
    cuts: [],
    rateFactor: 1,
    patienceReached: [],
    warnings: [],
    ...parts,
  };
}

/** Questions that wait until the test answers all of them alike. */
function questions<Answer>() {
  let waiting: ((answer: Answer | Error) => void)[] = [];
  return {
    ask: () =>
      new Promise<Answer>((resolve, reject) => waiting.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))),
    async settle(answer: Answer | Error): Promise<void> {
      const due = waiting;
      waiting = [];
      due.forEach((settle) => settle(answer));
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

/** What concerns language models. */
function languageParts(calls: Call[]) {
  const texts = questions<TakenText>();
  const attentions = questions<Attention>();
  return {
    takeText: (bytes: Uint8Array) => {
      calls.push({ name: 'takeText', bytes });
      return texts.ask();
    },
    textTaken: (answer: TakenText | Error) => texts.settle(answer),
    write: (id: number, request: GenerationRequest) => void calls.push({ name: 'write', id, request }),
    stopWriting: () => void calls.push({ name: 'stopWriting' }),
    attend: (tokens: Uint16Array) => {
      calls.push({ name: 'attend', tokens });
      return attentions.ask();
    },
    attended: (answer: Attention | Error) => attentions.settle(answer),
  };
}

/** A new held trainer. */
export function createHeldTrainer(): HeldTrainer {
  const calls: Call[] = [];
  const listeners = new Set<(event: TrainerEvent) => void>();
  let waiting: (() => void)[] = [];
  const exports = questions<Uint8Array<ArrayBuffer>>();
  const of = <Name extends Call['name']>(name: Name) =>
    calls.filter((call): call is Extract<Call, { readonly name: Name }> => call.name === name);
  let inspect: Trainer['inspect'] = () => Promise.reject(new Error('not a run'));
  const emit = (event: TrainerEvent) => listeners.forEach((listener) => listener(event));
  return {
    calls,
    of,
    emit,
    inspected: (saved) => (inspect = () => Promise.resolve(saved)),
    show(parts) {
      const newest = of('start').at(-1);
      if (newest === undefined) throw new Error('No run was started.');
      emit({ type: 'snapshot', snapshot: snapshotOf(newest.runId, newest.config, parts) });
    },
    async answer() {
      const due = waiting;
      waiting = [];
      due.forEach((resolve) => resolve());
      await Promise.resolve();
      await Promise.resolve();
    },
    inspect: (file) => inspect(file),
    ...languageParts(calls),
    deliver: (refusal) => exports.settle(refusal === undefined ? new Uint8Array([80, 75]) : new Error(refusal)),
    exportRun: (config, changes, target) => {
      calls.push({ name: 'exportRun', config, changes, target });
      return exports.ask();
    },
    exportModel: () => {
      calls.push({ name: 'exportModel' });
      return exports.ask();
    },
    describe: (config) => new Promise((resolve) => waiting.push(() => resolve(describedAs(config)))),
    start: (runId, config, changes, from) => {
      calls.push({ name: 'start', runId, config, changes, ...(from === undefined ? {} : { from }) });
    },
    play: (stepsPerSecond) => calls.push({ name: 'play', stepsPerSecond }),
    pause: () => calls.push({ name: 'pause' }),
    advance: (amount) => calls.push({ name: 'advance', amount }),
    change: (patch) => calls.push({ name: 'change', patch }),
    findRate: () => calls.push({ name: 'findRate' }),
    watch: (weight) => calls.push({ name: 'watch', weight }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    revive: () => calls.push({ name: 'revive' }),
    dispose: () => calls.push({ name: 'dispose' }),
  };
}
