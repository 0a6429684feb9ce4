/** Listens to a trainer and lets a test wait for what it says. Knows no test framework, so that it also runs in a page. */
import type { Checkpoint, RunSnapshot, Trainer, TrainerEvent } from '../trainer/trainer.ts';

/** An event by its type. */
export type EventOf<Type extends TrainerEvent['type']> = Extract<TrainerEvent, { readonly type: Type }>;

/** A broken promise of the code under test. */
class Broken extends Error {
  override readonly name = 'Broken';
}

/** Fails with `what` unless `condition`. */
export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what);
}

/** Fails unless both are the same as JSON; NaN and −0 count as themselves. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [text(actual), text(expected)];
  if (a !== b) throw new Broken(`${what}: ${shortened(a)} instead of ${shortened(b)}`);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'number') return Number.isFinite(item) ? (Object.is(item, -0) ? '-0' : item) : String(item);
    return ArrayBuffer.isView(item) ? Array.from(item as Float64Array, (entry) => (Number.isFinite(entry) ? entry : String(entry))) : item;
  });
}

function shortened(value: string): string {
  return value.length > 300 ? `${value.slice(0, 300)}…` : value;
}

/** Longest wait for any answer, milliseconds. */
const longest = 15_000;

/** Listens from its making on; what it waits for may have come already. */
export class Witness {
  readonly events: TrainerEvent[] = [];
  readonly trainer: Trainer;
  private readonly arrived = new Set<() => void>();

  constructor(trainer: Trainer) {
    this.trainer = trainer;
    trainer.subscribe((event) => {
      this.events.push(event);
      for (const look of this.arrived) look();
    });
  }

  /** The first event from number `from` on of a type that passes; rejects after a while without one. */
  next<Type extends TrainerEvent['type']>(type: Type, passes: (event: EventOf<Type>) => boolean, from = 0): Promise<EventOf<Type>> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.of(type, from).find(passes);
        if (!found) return;
        this.arrived.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.arrived.delete(look);
        const seen = this.events.slice(from).map((event) => (event.type === 'snapshot' ? event.snapshot.phase : event.type));
        const faults = this.of('fault').map(({ fault }) => `${fault.kind}: ${fault.message}`);
        reject(new Broken(`no ${type} came as expected; after event ${String(from)}: ${seen.join(', ')}. ${faults.join('; ')}`));
      }, longest);
      this.arrived.add(look);
      look();
    });
  }

  /** All events of a type from number `from` on. */
  of<Type extends TrainerEvent['type']>(type: Type, from = 0): EventOf<Type>[] {
    return this.events.slice(from).filter((event): event is EventOf<Type> => event.type === type);
  }

  /** The first snapshot of a phase from event `from` on. */
  async phase(phase: RunSnapshot['phase'], from = 0, atLeastStep = 0): Promise<RunSnapshot> {
    const isIt = ({ snapshot }: EventOf<'snapshot'>) => snapshot.phase === phase && snapshot.step >= atLeastStep;
    return (await this.next('snapshot', isIt, from)).snapshot;
  }

  /** Does something, and gives the first snapshot of a phase after it. */
  after(act: () => void, phase: RunSnapshot['phase'], atLeastStep = 0): Promise<RunSnapshot> {
    const from = this.events.length;
    act();
    return this.phase(phase, from, atLeastStep);
  }

  /** The newest checkpoint; waits for one at `step`. */
  async checkpointAt(step: number): Promise<Checkpoint> {
    return (await this.next('checkpoint', ({ checkpoint }) => checkpoint.step === step)).checkpoint;
  }

  /** Lets so many milliseconds pass. */
  static pass(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}
