/** What is asked of `npm run bench`. */
import { parseArgs } from 'node:util';
import { contenders } from './contenders.ts';
import type { Contender } from './contenders.ts';
import { rows } from './rows.ts';
import type { Row } from './rows.ts';

/** A run of the bench. */
export interface BenchOptions {
  readonly json: boolean;
  /** Tell where the time of our engine on wasm goes, instead of racing. */
  readonly profile: boolean;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly contenders: readonly Contender[];
}

/** Fewer rounds than this give no median worth the name. */
const leastRounds = 5;

/** Reads the arguments. Throws, in words, for what it does not know. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? leastRounds);
  if (!Number.isInteger(rounds) || rounds < leastRounds) throw new Error(`--rounds takes a whole number, ${leastRounds} at least.`);
  const words = values.only?.split(',').map((word) => word.trim()) ?? [];
  const known = [...rows.map(({ id }) => id), ...contenders.map(({ name }) => name)];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new Error(`--only takes names, with commas between: ${known.join(', ')}. "${unknown}" is none.`);
  return {
    json: values.json,
    profile: values.profile,
    rounds,
    rows: chosen(rows, ({ id }) => words.includes(id)),
    contenders: chosen(contenders, ({ name }) => words.includes(name)),
  };
}

/** Those that are named, or all if none is. */
function chosen<Item>(items: readonly Item[], isNamed: (item: Item) => boolean): readonly Item[] {
  return items.some(isNamed) ? items.filter(isNamed) : items;
}
