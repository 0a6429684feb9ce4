/**
 * The helpers of one instance. They are started once there is work for them, and serve a session each time that a plan runs; nobody ever waits for
 * one to come, since the calling thread does what nobody else has taken. So a helper that is late, or fails to start, changes nothing but speed.
 */
import type { Linked, Shared } from './instance.ts';
import { createPace, type Pace } from './pace.ts';
import type { HelperWorker, StartHelper } from './threads.ts';

/** What a helper is told. */
export type HelperMessage =
  /** First: where its memory is. */
  | {
      readonly kind: 'start';
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      readonly thread: number;
      readonly scratch: number;
      readonly desk: number;
    }
  /** A plan that it may have to help with. */
  | { readonly kind: 'plan'; readonly id: number; readonly module: WebAssembly.Module }
  /** No plan that it knows will run again. */
  | { readonly kind: 'forget' }
  /** That plan runs now; the session is over when another number stands on the desk. */
  | { readonly kind: 'help'; readonly id: number; readonly session: number };

/** So many runs of 40 ms are longer than a helper needs to come; one that does nothing by then will not, or comes too late for so short a plan. */
const patience = 64;

/** Milliseconds that helpers are waited for where somebody does wait. */
const longestStart = 1000;

/** A plan that helpers know. */
interface Known {
  readonly id: number;
  readonly pace: Pace;
  /** Runs that may go by before a helper has done a slice of it: they say nothing about help, which may still be on its way. */
  patience: number;
}

/** So many helpers that share the memory of an instance. */
export class Helpers {
  private readonly shared: Shared;
  private readonly count: number;
  private readonly create: StartHelper;
  private readonly workers = new Set<HelperWorker>();
  private readonly coming: Promise<void>[] = [];
  private readonly known = new Map<WebAssembly.Module, Known>();
  private session = 0;
  private failures = 0;

  constructor(shared: Shared, count: number, create: StartHelper) {
    this.shared = shared;
    this.count = count;
    this.create = create;
  }

  /** Threads that share the work: the calling one, and the helpers that have not failed. */
  get threads(): number {
    return 1 + this.count - this.failures;
  }

  /** Starts them, if they have not been. */
  start(): void {
    while (this.coming.length < this.count) this.startOne(this.coming.length + 1);
  }

  /** Resolves when those that were started are ready, or have had the time for it. */
  async ready(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise((resolve) => (timer = setTimeout(resolve, longestStart)));
    await Promise.race([Promise.all(this.coming), enough]);
    // In Node, one that is left keeps the process up.
    clearTimeout(timer);
  }

  /** Runs a plan so many times, with their help if that has proved worth it. */
  during<Result>({ module }: Linked, steps: number, work: () => Result): Result {
    if (this.workers.size === 0) return work();
    const plan = this.known.get(module) ?? this.introduce(module);
    const { id, pace } = plan;
    const isHelped = pace.isHelped();
    const done = plan.patience > 0 ? this.shared.slicesHelped() : 0;
    const begin = performance.now();
    if (isHelped) {
      this.shared.setSession(++this.session);
      this.tell({ kind: 'help', id, session: this.session });
    }
    try {
      return work();
    } finally {
      if (isHelped) this.shared.setSession(0);
      if (plan.patience > 0) plan.patience = this.shared.slicesHelped() === done ? plan.patience - 1 : 0;
      if (plan.patience === 0) pace.note((performance.now() - begin) / steps);
    }
  }

  /** Plans that were helped with will not run again. */
  forget(): void {
    this.tell({ kind: 'forget' });
    this.known.clear();
  }

  /** Ends them. */
  dispose(): void {
    for (const worker of this.workers) worker.terminate();
    this.workers.clear();
  }

  private startOne(thread: number): void {
    const { module, memory, desk, scratch } = this.shared;
    let come = (): void => undefined;
    this.coming.push(new Promise((resolve) => (come = resolve)));
    let worker: HelperWorker | undefined;
    let hasFailed = false;
    // No worker, no help: the calling thread does it all.
    const fail = (): void => {
      if (!hasFailed) this.failures++;
      hasFailed = true;
      if (worker !== undefined) this.workers.delete(worker);
      worker?.terminate();
      come();
    };
    try {
      worker = this.create(come, fail);
      this.workers.add(worker);
      worker.postMessage({ kind: 'start', module, memory, desk, thread, scratch: scratch(thread) } satisfies HelperMessage);
    } catch {
      fail();
    }
  }

  private introduce(module: WebAssembly.Module): Known {
    const plan = { id: this.known.size, pace: createPace(), patience };
    this.known.set(module, plan);
    this.tell({ kind: 'plan', id: plan.id, module });
    return plan;
  }

  private tell(message: HelperMessage): void {
    for (const worker of this.workers) worker.postMessage(message);
  }
}
