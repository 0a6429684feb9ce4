/** The single numbers that steps give, as columns: from the ring, from the host, or the same for all steps. */
import type { MetricColumns } from '../../graph/executor.ts';
import type { NodeId } from '../../graph/graph.ts';
import type { ColumnMemory } from '../../shared/column-memory.ts';
import { constantColumn } from '../../shared/constant-column.ts';
import type { Plan } from './plan.ts';

/** Columns of a run of `length` steps, to be filled. */
export class RunColumns {
  readonly columns: MetricColumns;
  private readonly fromHost: { readonly root: NodeId; readonly column: Float64Array }[] = [];
  private readonly fromRing: (readonly Float64Array[])[];
  private readonly plan: Plan;

  constructor(plan: Plan, length: number, memory: ColumnMemory) {
    this.plan = plan;
    const { facts, metrics } = plan;
    const rings = metrics.map((): Float64Array[] => []);
    const columns: Record<string, Float64Array> = {};
    for (const { name, id } of plan.outputs) {
      const { root, offset } = facts.view(id);
      const node = facts.nodeOf(root);
      const known = metrics.findIndex((metric) => facts.view(metric).root === root && facts.view(metric).offset === offset);
      if (node?.op === 'constant') columns[name] = constantColumn(node.values[offset] ?? Number.NaN, length);
      else {
        const column = (columns[name] = memory(name, length));
        if (facts.origin(root) === 'host') this.fromHost.push({ root, column });
        else rings[known]?.push(column);
      }
    }
    this.columns = columns;
    this.fromRing = rings;
  }

  /** Takes in what the host knows of a step, just after its row was written. */
  takeHost(step: number): void {
    for (const { root, column } of this.fromHost) column[step] = this.plan.feeds.number(root);
  }

  /** Takes in rows of the ring as steps from `first` on. */
  takeRing(values: Float32Array, first: number): void {
    const width = this.fromRing.length;
    this.fromRing.forEach((columns, place) => {
      for (const column of columns) for (let at = place, step = first; at < values.length; at += width, step++) column[step] = values[at]!;
    });
  }
}
