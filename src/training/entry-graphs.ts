/**
 * Two graphs that read one weight: before a step everything that its rule uses, on the same batch with the same masks; after the step what has
 * become of it. They stand in a program only while somebody looks, and update nothing.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';
import { optimizers } from './optimizers/optimizers.ts';
import type { ProgramShape, ProgramSizes } from './program-shape.ts';
import { slotState } from './program-shape.ts';
import { stepNodes } from './step-graph.ts';

/** Names of the graphs, for `Executor.evaluate`. */
export const entryGraphNames = { before: 'entryBefore', after: 'entryAfter' } as const;

/** Feed that says which weight: its place in the flat vector, `[1]`. */
export const entryFeed = 'entry';

/** Outputs `[1]`: `w`, `slot.<name>`; before the step also `gradient`, `part.<name>`, and `normFactor` where max-norm is on. */
export function entryGraphs(model: Model, sizes: ProgramSizes, shape: ProgramShape): Readonly<Record<string, Graph>> {
  return { [entryGraphNames.before]: before(model, sizes, shape), [entryGraphNames.after]: after(model, shape) };
}

function before(model: Model, sizes: ProgramSizes, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const { parameters, slots, gradient, update, after: following } = stepNodes(g, model, sizes, shape);
  const named = (prefix: string, vectors: Iterable<readonly [string, NodeId]>) =>
    Object.fromEntries([...vectors].map(([name, vector]) => [`${prefix}${name}`, entryOf(g, vector)]));
  return g.finish({
    w: entryOf(g, parameters),
    gradient: entryOf(g, gradient),
    ...named(slotState(''), slots),
    ...named('part.', Object.entries(update.parts?.() ?? {})),
    ...(following.normFactor ? { normFactor: entryOf(g, following.normFactor()) } : {}),
  });
}

function after(model: Model, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const state = (name: string) => entryOf(g, g.state(name, [model.parameterCount]));
  const slots = optimizers[shape.optimizer].slots.map((name) => [slotState(name), state(slotState(name))] as const);
  return g.finish({ w: state('parameters'), ...Object.fromEntries(slots) });
}

function entryOf(g: GraphBuilder, vector: NodeId): NodeId {
  return g.gather(vector, g.feed(entryFeed, [1]));
}
