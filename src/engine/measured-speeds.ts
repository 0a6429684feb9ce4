/**
 * How fast engines ran graphs of the same shape before, so that a model is timed once and not at every Reset. Speeds depend on ops and
 * sizes only; constants and names do not matter.
 */
import type { Graph } from '../graph/graph.ts';
import type { EngineName } from './engines.ts';

/** Shapes that are remembered; the one that was needed longest ago goes first. */
const most = 64;

/** Steps per second by engine, for each shape of graph. */
export class MeasuredSpeeds {
  private readonly shapes = new Map<string, Map<EngineName, number>>();

  /** The speeds known for graphs of this shape, to be read and added to. */
  of(graph: Graph): Map<EngineName, number> {
    const shape = shapeOf(graph);
    const speeds = this.shapes.get(shape) ?? new Map<EngineName, number>();
    this.shapes.delete(shape);
    this.shapes.set(shape, speeds);
    const [oldest] = this.shapes.keys();
    if (this.shapes.size > most && oldest !== undefined) this.shapes.delete(oldest);
    return speeds;
  }
}

function shapeOf({ nodes }: Graph): string {
  return JSON.stringify(nodes, (key, value: unknown) => (key === 'values' || key === 'name' ? undefined : value));
}
