/** A graph planned as far as it goes without knowing where in the device's memory it will be: its dispatches, and how its values share memory. */
import type { Graph, NodeId } from '../../graph/graph.ts';
import { feedRows, type FeedRows } from '../planning/feed-rows.ts';
import { layOut, placementsOf, type Layout, type Update } from '../planning/layout.ts';
import type { Instruction } from '../planning/instructions.ts';
import { lifetimesOf, type Lifetimes } from '../planning/lifetimes.ts';
import { schedule } from '../planning/schedule.ts';
import { valuesOf, type Values } from '../planning/values.ts';
import { kernelOf, partsOf, type Piece } from './code/kernels.ts';
import { dispatchesOf, type Dispatch } from './dispatches.ts';
import { fuse } from './fuse.ts';
import { traits } from './traits.ts';

/** A plan that still lacks its places. */
export interface Draft {
  readonly graph: Graph;
  readonly values: Values;
  readonly rows: FeedRows;
  readonly dispatches: readonly Dispatch[];
  readonly lifetimes: Lifetimes;
  readonly layout: Layout;
  readonly updates: readonly Update[];
}

/** Plans a graph. `withUpdates`: it replaces states when it runs. */
export function draftOf(graph: Graph, withUpdates: boolean): Draft {
  const updates = withUpdates ? changing(graph) : [];
  const ends = [...Object.values(graph.outputs), ...updates.map(({ id }) => id)];
  const values = valuesOf(graph, ends, traits);
  const instructions = fuse(values, schedule(values), (id) => partsOf(values, id));
  const pieces = piecesOf(values, instructions, updates);
  const tasks = instructions.map((instruction) => ({ instruction, kernel: kernelOf(values, instruction, pieces(instruction)) }));
  const { dispatches, momentOf } = dispatchesOf(values, tasks, updates);
  const lifetimes = lifetimesOf(values, instructions, ends, tasks.map(momentOf));
  const layout = layOut(values, instructions, lifetimes, updates);
  return { graph, values, rows: feedRows(values), dispatches, lifetimes, layout, updates };
}

/** Updates but for states that stay as they are. */
function changing(graph: Graph): readonly Update[] {
  return Object.entries(graph.updates).flatMap(([name, id]) => {
    const node = graph.nodes[id];
    return node?.op === 'state' && node.name === name ? [] : [{ name, id }];
  });
}

/** What concatenations must still copy: the pieces that are not made in their place. */
function piecesOf(
  values: Values,
  instructions: readonly Instruction[],
  updates: readonly Update[],
): (instruction: Instruction) => readonly Piece[] {
  const parents = placementsOf(values, instructions, updates);
  return (instruction) => {
    if (instruction.kind !== 'single' || values.node(instruction.id).op !== 'concat') return [];
    let next = 0;
    return values.node(instruction.id).inputs.flatMap((source: NodeId): readonly Piece[] => {
      const [offset, size] = [next, values.size(source)];
      next += size;
      const parent = parents.get(values.view(source).root);
      return parent?.concat === instruction.result && parent.offset === offset ? [] : [{ source, offset, size }];
    });
  };
}
