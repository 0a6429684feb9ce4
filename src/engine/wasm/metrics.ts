/** The single numbers that a step gives, as columns: what the plan writes in each step, and how the host reads it. */
import type { Graph } from '../../graph/graph.ts';
import type { ColumnMemory } from '../../shared/column-memory.ts';
import { constantColumn } from '../../shared/constant-column.ts';
import type { Arena } from './arena.ts';
import { doubleBytes } from './layout.ts';
import type { Values } from '../plan/values.ts';

/** Columns of metrics. */
export interface MetricLayout {
  /** Address of the first column; the others follow, `steps` numbers in double precision each. */
  readonly at: number;
  readonly steps: number;
  /** Addresses of the numbers that are written, one for each column. */
  readonly sources: readonly number[];
  /** Columns of `steps` steps in `memory`, to be filled; what never changes is there already, and outputs that are one have one. */
  start(steps: number, memory: ColumnMemory): Readonly<Record<string, Float64Array>>;
  /** Takes in `count` steps from the first on, as steps `first` and following of `columns`. */
  read(columns: Readonly<Record<string, Float64Array>>, first: number, count: number): void;
}

/** Gives the scalar ones among outputs their columns of `steps` steps; constants need none, and the same number only one. */
export function metricLayout(
  outputs: Graph['outputs'],
  values: Values,
  address: (id: number) => number,
  arena: Arena,
  steps: number,
): MetricLayout {
  const metrics: { readonly name: string; readonly place?: number; readonly value?: number }[] = [];
  const sources: number[] = [];
  for (const [name, id] of Object.entries(outputs)) {
    if (values.size(id) !== 1) continue;
    const { root, offset } = values.view(id);
    const node = values.node(root);
    const known = sources.indexOf(address(id));
    if (node.op === 'constant') metrics.push({ name, value: node.values[offset] ?? Number.NaN });
    else metrics.push({ name, place: known >= 0 ? known : sources.push(address(id)) - 1 });
  }
  const firstNames = sources.map((_, place) => metrics.find((metric) => metric.place === place)?.name);
  const at = arena.take(doubleBytes * steps * sources.length);
  return {
    at,
    steps,
    sources,
    start(length, memory) {
      const columns = sources.map((_, place) => memory(firstNames[place] ?? '', length));
      return Object.fromEntries(
        metrics.map(({ name, place, value = 0 }) => [name, columns[place ?? -1] ?? constantColumn(value, length)] as const),
      );
    },
    read(columns, first, count) {
      sources.forEach((_, place) => {
        const from = at / doubleBytes + place * steps;
        columns[firstNames[place] ?? '']?.set(arena.doubles().subarray(from, from + count), first);
      });
    },
  };
}
