/**
 * What the nodes of a graph are to a plan. Many are no work at all: a reshape or a slice of whole rows is a view of another node's memory,
 * and a broadcast that only elementwise operations read is a way of reading.
 */
import { sizeOf, type Graph, type Node, type NodeId, type Shape } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import { isOperation } from './elementwise.ts';

/** A node's memory: that of `root`, from element `offset` on. */
export interface View {
  readonly root: NodeId;
  readonly offset: number;
}

/** Facts about the nodes of one graph that outputs and updates need. */
export interface Values {
  readonly graph: Graph;
  /** In order. */
  readonly needed: readonly NodeId[];
  /** How many needed nodes, outputs and updates read a node. */
  readonly readers: readonly number[];
  node(id: NodeId): Node;
  size(id: NodeId): number;
  view(id: NodeId): View;
  /** A broadcast that is never carried out, only read as one. */
  isLazy(id: NodeId): boolean;
}

const leaves: ReadonlySet<string> = new Set(['scalar', 'feed', 'data', 'state', 'constant']);

/** True for nodes that hold what comes from outside. */
export function isLeaf(node: Node): boolean {
  return leaves.has(node.op);
}

/** True for what is carried out element by element. */
export function isElementwise(node: Node): boolean {
  return isOperation(node.op);
}

/** Looks at a graph; `ends` are the nodes that it is run for. */
export function valuesOf(graph: Graph, ends: readonly NodeId[]): Values {
  const node = (id: NodeId): Node => {
    const found = graph.nodes[id];
    if (found === undefined) throw new EngineError('internal', `There is no node ${String(id)}.`);
    return found;
  };
  const sizes = graph.nodes.map(({ shape }) => sizeOf(shape));
  const size = (id: NodeId): number => sizes[id] ?? 0;
  const wanted = new Set<NodeId>(ends);
  for (let id = graph.nodes.length - 1; id >= 0; id--) if (wanted.has(id)) for (const input of node(id).inputs) wanted.add(input);
  const needed = [...wanted].sort((a, b) => a - b);
  const consumers = graph.nodes.map((): NodeId[] => []);
  for (const id of needed) for (const input of node(id).inputs) consumers[input]?.push(id);
  const readers = consumers.map((list) => list.length);
  for (const id of ends) readers[id] = (readers[id] ?? 0) + 1;

  const lazy = new Set<NodeId>();
  const kept = new Set(ends);
  /** Whether all who read a node can read through it; behind a reshape only element by element. */
  const readThrough = (id: NodeId, reshaped = false): boolean =>
    !kept.has(id) &&
    (consumers[id] ?? []).every((consumer) => {
      const reader = node(consumer);
      if (reshaped && size(consumer) !== size(id)) return false;
      return reader.op === 'reshape' ? readThrough(consumer, true) : isElementwise(reader);
    });
  for (const id of [...needed].reverse()) if (node(id).op === 'broadcast' && size(id) > 1 && readThrough(id)) lazy.add(id);

  const views: View[] = [];
  graph.nodes.forEach((_, id) => {
    const step = viewStep(node(id), (input) => node(input));
    const source = step === undefined ? undefined : views[step.input];
    views.push(
      step === undefined || source === undefined ? { root: id, offset: 0 } : { root: source.root, offset: source.offset + step.offset },
    );
  });
  const view = (id: NodeId): View => views[id] ?? { root: id, offset: 0 };
  return { graph, needed, readers, node, size, view, isLazy: (id) => lazy.has(id) };
}

/** The input that a node is a piece of, if it is nothing more. */
function viewStep(node: Node, nodeOf: (id: NodeId) => Node): { input: NodeId; offset: number } | undefined {
  const [input] = node.inputs;
  if (input === undefined) return undefined;
  const from = nodeOf(input).shape;
  if (node.op === 'reshape') return { input, offset: 0 };
  if (node.op === 'broadcast' && sizeOf(from) === sizeOf(node.shape)) return { input, offset: 0 };
  if (node.op === 'concat' && node.inputs.length === 1) return { input, offset: 0 };
  if (node.op === 'slice' && node.begin.slice(1).every((begin, axis) => begin === 0 && node.shape[axis + 1] === from[axis + 1]))
    return { input, offset: (node.begin[0] ?? 0) * sizeOf(from.slice(1)) };
  return undefined;
}

/** Strides of a tensor, in elements, along the axes of a shape that it is broadcast to; 0 where it repeats. */
export function stridesTo(from: Shape, to: Shape): readonly number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const size = from[axis - to.length + from.length] ?? 1;
    strides.unshift(size === 1 ? 0 : stride);
    stride *= size;
  }
  return strides;
}
