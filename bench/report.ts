/** What a run of the bench has to say, as data: `--json` prints it, `table.ts` sets it. */
import { cpus, loadavg } from 'node:os';
import type { Outcome } from './heat.ts';
import { disagreement } from './heat.ts';
import type { Products, Roof } from './browser/question.ts';
import type { Memory } from './memory.ts';
import type { Row } from './rows.ts';
import { pairedRatio, spreadOf } from './statistics.ts';
import type { Spread } from './statistics.ts';

/** A contender on a row. Rates are steps a second. */
export interface Entry {
  readonly contender: string;
  readonly device?: string;
  readonly software?: boolean;
  readonly stepsPerSecond?: Spread;
  readonly gigaflops?: number;
  /** Paired ratios to the contenders that everything is compared with, by their names. */
  readonly ratios?: Readonly<Record<string, Spread>>;
  /** Largest relative difference of the first losses to those of the row's first contender. */
  readonly disagreement?: number;
  /** Of the first steps. */
  readonly losses?: readonly number[];
  readonly note?: string;
  readonly refused?: string;
}

/** A row and what came of it. */
export interface RowReport extends Row {
  readonly parameters: number;
  /** Arithmetic operations of one step, as `src/graph/cost.ts` counts them. */
  readonly flops: number;
  readonly entries: readonly Entry[];
}

/** What the machine was doing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** The roof of one core before the first row and after the last, GFLOP/s. */
  readonly roof: { readonly before: Roof; readonly after: Roof };
  /** Products of 512 in the wasm executor, and what share of the roof beside them that is. */
  readonly products: { readonly gigaflops: Spread; readonly share: Spread };
  /** Of a run, at two of its steps. */
  readonly memory: readonly Memory[];
  readonly load: { readonly before: readonly number[]; readonly after: readonly number[] };
}

/** All that a run of the bench has to say. */
export interface BenchReport {
  /** ISO 8601. */
  readonly date: string;
  readonly browser: string;
  readonly machine: Machine;
  readonly rows: readonly RowReport[];
}

/** Rates of those that everything is compared with, as far as they ran, by their names in `ratios`. */
function references(outcomes: readonly Outcome[]): ReadonlyMap<string, readonly number[]> {
  const ran = outcomes.filter((outcome) => 'rates' in outcome);
  const median = (rates: readonly number[]) => spreadOf(rates).median;
  const stock = ran.filter(({ contender }) => contender.startsWith('stock-')).sort((a, b) => median(b.rates) - median(a.rates))[0];
  const named = ran.filter(({ contender }) => contender === 'plain-js' || contender === 'pytorch');
  return new Map([
    ...named.map(({ contender, rates }) => [contender, rates] as const),
    ...(stock ? [[bestStock, stock.rates] as const] : []),
  ]);
}

/** The name under which the fastest backend of stock tfjs is compared with. */
export const bestStock = 'best stock';
/** The name under which a variant of an engine is compared with the engine as the app runs it. */
export const asInApp = 'as in the app';

/** The engine that a variant belongs to; undefined for what is no variant. */
function engineOf(contender: string): string | undefined {
  return /^(.+):(?:bare|all|app)$/.exec(contender)?.[1];
}

/** The entries of a row. */
export function entriesOf(outcomes: readonly Outcome[], flops: number): readonly Entry[] {
  const compared = references(outcomes);
  const first = outcomes.find((outcome) => 'losses' in outcome);
  return outcomes.map((outcome): Entry => {
    if ('refused' in outcome) return outcome;
    const { contender, device, software, rates, losses, note } = outcome;
    const own = outcomes.find((other) => 'rates' in other && other.contender === engineOf(contender));
    const all = new Map(own && 'rates' in own ? [...compared, [asInApp, own.rates] as const] : compared);
    const stepsPerSecond = spreadOf(rates);
    return {
      contender,
      device,
      software,
      stepsPerSecond,
      gigaflops: (stepsPerSecond.median * flops) / 1e9,
      ratios: Object.fromEntries([...all].map(([name, reference]) => [name, pairedRatio(rates, reference)])),
      losses,
      ...(note === undefined ? {} : { note }),
      // With dropout and penalties the losses are meant to differ; the app does not tell them.
      ...(/:(?:all|app)$/.test(contender) ? {} : { disagreement: disagreement(losses, first?.losses ?? []) }),
    };
  });
}

/** The machine, with its load now; `before` is what it was when the bench began. */
export function machineNow(
  before: readonly number[],
  { roof, products, memory }: Pick<Machine, 'roof' | 'memory'> & { readonly products: Products },
): Machine {
  const [processor] = cpus();
  const [reached, roofs] = [products.map(({ gigaflops }) => gigaflops), products.map((turn) => turn.roof)];
  return {
    processor: processor?.model ?? 'unknown',
    cores: cpus().length,
    roof,
    products: { gigaflops: spreadOf(reached), share: pairedRatio(reached, roofs) },
    memory,
    load: { before, after: loadavg() },
  };
}
