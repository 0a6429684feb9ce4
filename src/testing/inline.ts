/** Inline trainers for tests in Node: the real files and the real CPU engine, and a clock that a test may hold. */
import { readAsset } from '../cli/read-asset.ts';
import type { Surroundings } from '../trainer/job-request.ts';
import { createInlineTrainer } from '../trainer/inline-trainer.ts';
import { openEngine } from '../trainer/open-engine.ts';
import type { Trainer } from '../trainer/trainer.ts';

function rest(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (seconds > 0) setTimeout(resolve, seconds * 1000);
    else setImmediate(resolve);
  });
}

/** An inline trainer; `parts` replace what a test wants to hold. */
export function openInline(parts: Partial<Omit<Surroundings, 'emit'>> = {}): Trainer {
  return createInlineTrainer({ readAsset, openEngine, rest, now: () => performance.now() / 1000, ...parts });
}
