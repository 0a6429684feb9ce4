/**
 * Which tensors are only ever used as row numbers or labels. They are uploaded as int32, which saves a cast in every step.
 */
import type { Graph, NodeId } from '../../graph/graph.ts';

/** Feeds, data, and gathers of such data, all of whose uses are as whole numbers. */
export function integerNodes(graph: Graph): ReadonlySet<NodeId> {
  const floatUse = new Set<NodeId>([...Object.values(graph.outputs), ...Object.values(graph.updates)]);
  const wanted = new Set<NodeId>();
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id];
    if (node === undefined) continue;
    const couldBe = node.op === 'feed' || node.op === 'data' || node.op === 'gather';
    if (couldBe && !floatUse.has(id) && isUsed(graph, id)) wanted.add(id);
    node.inputs.forEach((input, position) => {
      const asInteger =
        (node.op === 'gather' && (position === 1 || wanted.has(id))) ||
        node.op === 'oneHot' ||
        (node.op === 'gatherGradient' && position === 1) ||
        (node.op === 'softmaxCrossEntropy' && position === 1);
      if (!asInteger) floatUse.add(input);
    });
  }
  return wanted;
}

function isUsed(graph: Graph, id: NodeId): boolean {
  return graph.nodes.some((node) => node.inputs.includes(id));
}
