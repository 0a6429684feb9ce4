/** A contender at work in this thread, and how a turn of it is taken. */
import { nextTask } from '../../src/trainer/next-task.ts';
import type { Turn } from '../lane.ts';

/** One model in training. */
export interface Session {
  readonly device: string;
  readonly software: boolean;
  /** Trains so many steps, goes on where it stopped, and gives the losses of the first of them: those that came together. */
  train(steps: number): Promise<ArrayLike<number>>;
}

/** As long as the app's chunks (`src/trainer/pacer.ts`), in seconds. */
const chunkSeconds = 0.04;

/** Takes turns of a session in chunks, whose size follows what the last ones took. */
export class Turns {
  private chunk = 1;
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /** Trains for about so many seconds; the chunk that crosses the end is counted in full. */
  async take(seconds: number): Promise<Turn> {
    const start = performance.now();
    let steps = 0;
    let elapsed = 0;
    do {
      const before = elapsed;
      await this.session.train(this.chunk);
      steps += this.chunk;
      // The app lets messages in between chunks; without that no helper would ever come.
      await nextTask();
      elapsed = (performance.now() - start) / 1000;
      this.resize(elapsed - before, seconds - elapsed);
    } while (elapsed < seconds);
    return { steps, seconds: elapsed };
  }

  /** The next chunk: as many steps as fit, at most four times as many as before, and no more than the turn has room for. */
  private resize(took: number, left: number): void {
    const fits = (Math.min(chunkSeconds, Math.max(left, chunkSeconds / 4)) * this.chunk) / Math.max(took, 1e-6);
    this.chunk = Math.max(1, Math.min(4 * this.chunk, Math.round(fits)));
  }
}
