/**
 * The trainer in a dedicated worker, as the page uses it.
 *
 * A worker that is killed fires no event, so its pulse is taken: a ping every half second; no answer for 2 s is `busy`,
 * for 15 s `silent`. `revive` replaces the worker; what it was doing is the page's to start again from its checkpoint.
 */
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import type { Command, Handlers, WorkerEvent } from './protocol.ts';
import { dispatch } from './protocol.ts';
import { Pulse } from './pulse.ts';
import type {
  Amount,
  Attention,
  Checkpoint,
  Description,
  ExportTarget,
  GenerationRequest,
  SavedRun,
  TakenText,
  Trainer,
  TrainerEvent,
} from './trainer.ts';

const pingMilliseconds = 500;

/** Something that was asked of the worker and is not answered yet. */
interface Question {
  readonly command: Extract<Command, { readonly request: number }>;
  readonly answer: (event: WorkerEvent) => void;
  readonly reject: (error: Error) => void;
}

class WorkerTrainer implements Trainer {
  private readonly listeners = new Set<(event: TrainerEvent) => void>();
  private readonly questions = new Map<number, Question>();
  private readonly pulse = new Pulse(performance.now(), (state) => this.emit({ type: 'pulse', state }));
  private readonly timer = setInterval(() => this.takePulse(), pingMilliseconds);
  private worker = this.open();
  private requests = 0;
  private runId = 0;
  private watched: number | undefined;
  /** The text of the user's own that was taken last. */
  private text: Uint8Array | undefined;
  /** Step of the newest checkpoint of the run. */
  private keptStep = 0;
  private readonly handlers: Handlers<WorkerEvent> = {
    progress: (event) => this.emit(event),
    snapshot: (event) => this.emit(event),
    learned: (event) => this.emit(event),
    engine: (event) => this.emit(event),
    checkpoint: (event) => {
      this.keptStep = event.checkpoint.step;
      this.emit(event);
    },
    loading: (event) => this.emit(event),
    rates: (event) => this.emit(event),
    weight: (event) => this.emit(event),
    written: (event) => this.emit(event),
    sample: (event) => this.emit(event),
    fault: (event) => this.emit(event),
    described: (event) => this.answered(event.request)?.answer(event),
    textTaken: (event) => this.answered(event.request)?.answer(event),
    inspected: (event) => this.answered(event.request)?.answer(event),
    exported: (event) => this.answered(event.request)?.answer(event),
    attended: (event) => this.answered(event.request)?.answer(event),
    refused: ({ request, message }) => this.answered(request)?.reject(new Error(message)),
    pong: () => undefined,
  };

  async describe(config: Config): Promise<Description> {
    return (await this.ask((request) => ({ type: 'describe', request, config }), 'described')).description;
  }

  async takeText(bytes: Uint8Array): Promise<TakenText> {
    const { taken } = await this.ask((request) => ({ type: 'takeText', request, bytes }), 'textTaken');
    if (!('refused' in taken)) this.text = bytes;
    return taken;
  }

  async inspect(file: Uint8Array<ArrayBuffer>): Promise<SavedRun> {
    return (await this.ask((request) => ({ type: 'inspect', request, file }), 'inspected')).saved;
  }

  async exportRun(config: Config, changes: readonly Change[], target: ExportTarget): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.ask((request) => ({ type: 'exportRun', request, config, changes, target }), 'exported')).zip;
  }

  async exportModel(): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.ask((request) => ({ type: 'exportModel', request }), 'exported')).zip;
  }

  start(runId: number, config: Config, changes: readonly Change[], from?: Checkpoint): void {
    this.runId = runId;
    this.keptStep = from?.step ?? 0;
    this.send({ type: 'start', runId, config, changes, ...(from ? { from } : {}) });
  }

  play(stepsPerSecond: number): void {
    this.send({ type: 'play', stepsPerSecond });
  }

  pause(): void {
    this.send({ type: 'pause' });
  }

  advance(amount: Amount): void {
    this.send({ type: 'advance', amount });
  }

  change(patch: ConfigPatch): void {
    this.send({ type: 'change', patch });
  }

  findRate(): void {
    this.send({ type: 'findRate' });
  }

  watch(weight: number | undefined): void {
    this.watched = weight;
    this.send({ type: 'watch', weight });
  }

  write(id: number, writing: GenerationRequest): void {
    this.send({ type: 'write', id, writing });
  }

  stopWriting(): void {
    this.send({ type: 'stopWriting' });
  }

  async attend(tokens: Uint16Array): Promise<Attention> {
    return (await this.ask((request) => ({ type: 'attend', request, tokens }), 'attended')).attention;
  }

  subscribe(listener: (event: TrainerEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  revive(): void {
    this.worker.terminate();
    this.worker = this.open();
    this.pulse.reset(performance.now());
    this.watch(this.watched);
    // The answer is known, and nobody waits for it.
    if (this.text) this.send({ type: 'takeText', request: 0, bytes: this.text });
    // Questions that the old worker took with it are asked again.
    for (const { command } of this.questions.values()) this.send(command);
  }

  dispose(): void {
    clearInterval(this.timer);
    this.worker.terminate();
    this.listeners.clear();
  }

  private open(): Worker {
    const opened = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'trainer' });
    opened.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
      // What an ended worker had still under way says nothing about this one.
      if (opened !== this.worker) return;
      this.pulse.beat(performance.now());
      dispatch(this.handlers, data);
    };
    opened.onerror = (event) => {
      event.preventDefault();
      if (opened !== this.worker) return;
      const message = event.message ? `The trainer stopped: ${event.message}` : 'The trainer could not be loaded.';
      this.emit({ type: 'fault', runId: this.runId, fault: { kind: 'workerDied', message, keptStep: this.keptStep } });
    };
    return opened;
  }

  private takePulse(): void {
    // A hidden page's timers are late; that says nothing about the worker.
    this.pulse.check(performance.now(), document.visibilityState === 'visible');
    this.send({ type: 'ping' });
  }

  /** Sends a question and waits for the answer of that type. */
  private ask<Type extends WorkerEvent['type']>(
    question: (request: number) => Question['command'],
    type: Type,
  ): Promise<Extract<WorkerEvent, { readonly type: Type }>> {
    return new Promise((resolve, reject) => {
      const command = question(++this.requests);
      const answer = (event: WorkerEvent) => {
        if (isOfType(event, type)) resolve(event);
      };
      this.questions.set(command.request, { command, answer, reject });
      this.send(command);
    });
  }

  private answered(request: number): Question | undefined {
    const question = this.questions.get(request);
    this.questions.delete(request);
    return question;
  }

  private send(command: Command): void {
    this.worker.postMessage(command);
  }

  private emit(event: TrainerEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function isOfType<Type extends WorkerEvent['type']>(
  event: WorkerEvent,
  type: Type,
): event is Extract<WorkerEvent, { readonly type: Type }> {
  return event.type === type;
}

/** Opens the worker at once. */
export function createWorkerTrainer(): Trainer {
  return new WorkerTrainer();
}
