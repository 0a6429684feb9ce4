/**
 * A heat: lanes that take turns, so that whatever else the machine does falls on all of them alike. What is compared is a ratio within
 * one round of turns; the median over rounds is what is reported.
 */
import { comparedSteps } from './lane.ts';
import type { Lane, Ready } from './lane.ts';

/** How long turns are, and how many. */
export interface Pace {
  readonly rounds: number;
  readonly warmSeconds: number;
  readonly turnSeconds: number;
}

/** What came of a lane: steps a second in each round, or why it is out. */
export type Outcome =
  (Ready & { readonly contender: string; readonly rates: readonly number[] }) | { readonly contender: string; readonly refused: string };

/** Runs a heat. A lane that fails is out, with the reason; the others go on. */
export async function runHeat(lanes: readonly Lane[], pace: Pace, say: (what: string) => void): Promise<readonly Outcome[]> {
  const refused = new Map<Lane, string>();
  const ready = new Map<Lane, Ready>();
  const rates = new Map<Lane, number[]>(lanes.map((lane) => [lane, []]));
  const attempt = async (lane: Lane, work: () => Promise<void>): Promise<void> => {
    if (refused.has(lane)) return;
    await within(patienceSeconds, work()).catch((error: unknown) => refused.set(lane, reasonOf(error)));
  };
  try {
    for (const lane of lanes) {
      say(`${lane.contender} warms up`);
      await attempt(lane, async () => {
        const answer = await lane.open();
        ready.set(lane, answer);
        // A first chunk compiles; a pretended GPU has done enough of that in the steps that are compared.
        await lane.turn(answer.software ? 0 : pace.warmSeconds);
      });
    }
    for (let round = 0; round < pace.rounds; round++) {
      for (const lane of lanes) {
        say(`${lane.contender}, round ${round + 1} of ${pace.rounds}`);
        await attempt(lane, async () => {
          const { steps, seconds } = await lane.turn(pace.turnSeconds);
          rates.get(lane)?.push(steps / seconds);
        });
      }
    }
  } finally {
    for (const lane of lanes) await lane.close();
  }
  return lanes.map(({ contender }, index): Outcome => {
    const lane = lanes[index]!;
    const reason = refused.get(lane);
    const answer = ready.get(lane);
    if (reason !== undefined || answer === undefined) return { contender, refused: reason ?? 'It did not open.' };
    return { contender, ...answer, rates: rates.get(lane) ?? [] };
  });
}

/** The first line of what went wrong, without the driver's own words before it. */
function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^page\.evaluate: (?:Error: )?/, '');
}

/** Longer than the slowest lane needs to open on a busy machine; one that takes longer hangs. */
const patienceSeconds = 300;

/** Rejects if the work takes longer. */
async function within(seconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It did not answer within ${seconds} seconds.`)), 1000 * seconds);
  });
  await Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}

/** The largest relative difference between the losses of two contenders over the first steps. */
export function disagreement(losses: readonly number[], reference: readonly number[]): number {
  const apart = Array.from({ length: comparedSteps }, (_, step) => {
    const [a = Number.NaN, b = Number.NaN] = [losses[step], reference[step]];
    return Math.abs(a - b) / Math.abs(b);
  });
  return apart.some(Number.isNaN) ? Number.NaN : Math.max(...apart);
}
