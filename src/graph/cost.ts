/** How much work a graph is, from shapes alone: what engines' speeds are predicted from before one is opened. */
import { sizeOf, type Graph, type Node } from './graph.ts';

const leaves: readonly Node['op'][] = ['scalar', 'feed', 'data', 'state', 'constant'];

/** Ops that are more than one kernel where there is no fused one. */
const kernels: Readonly<Partial<Record<Node['op'], number>>> = {
  reshape: 0,
  softmax: 6,
  softmaxCrossEntropy: 9,
  maxPoolGradient: 6,
  gatherGradient: 2,
  standardize: 7,
  standardizeGradient: 14,
  rotate: 9,
  causalAttention: 14,
  causalAttentionGradient: 24,
  select: 2,
};

/** Arithmetic operations of one run: a multiply-add counts as two, anything else as one for each element touched. */
export function flopsOf(graph: Graph): number {
  return graph.nodes.reduce((total, node) => total + flopsOfNode(graph, node), 0);
}

/** The same of one node. */
export function flopsOfNode({ nodes }: Graph, node: Node): number {
  const [first, second] = node.inputs.map((id) => nodes[id]);
  return flops(node, first, second);
}

function flops(node: Node, first: Node | undefined, second: Node | undefined): number {
  const size = sizeOf(node.shape);
  if (leaves.includes(node.op) || node.op === 'reshape') return 0;
  switch (node.op) {
    case 'matMul':
      return 2 * size * (first?.shape[node.transposeA ? 0 : 1] ?? 1);
    case 'conv2d':
      return 2 * size * sizeOf(second?.shape.slice(0, 3) ?? []);
    case 'conv2dInputGradient':
      return 2 * sizeOf(first?.shape ?? []) * sizeOf(second?.shape.slice(0, 3) ?? []);
    case 'conv2dKernelGradient':
      return 2 * size * sizeOf(first?.shape.slice(0, 3) ?? []);
    case 'causalAttention':
      return attentionFlops(node, second, size, 2);
    case 'causalAttentionGradient':
      return attentionFlops(node, second, sizeOf(first?.shape ?? []), 5);
    case 'standardize':
    case 'rotate':
      return 6 * size;
    case 'standardizeGradient':
      return 12 * size;
    // Every row is added once, however long the table is.
    case 'gatherGradient':
      return sizeOf(first?.shape ?? []);
    case 'softmax':
    case 'softmaxCrossEntropy':
      return 6 * sizeOf(first?.shape ?? []);
    // However long the table is, only what is taken from it is touched.
    case 'gather':
    case 'slice':
      return size;
    default:
      return Math.max(size, sizeOf(first?.shape ?? []));
  }
}

/** Products of half a square of scores for each head, and the softmax of that half. `values`: elements of v. */
function attentionFlops(
  { heads, context }: { readonly heads: number; readonly context: number },
  keys: Node | undefined,
  values: number,
  products: number,
): number {
  const [rows = 0] = keys?.shape ?? [];
  const width = (sizeOf(keys?.shape ?? []) + values) / 2;
  return (context + 1) * (products * width + 3 * rows * heads);
}

/** Kernels of one run; numbers that follow from scalars alone are computed on the host and count nothing. */
export function dispatchesOf(graph: Graph): number {
  const onHost = new Set<number>();
  let total = 0;
  graph.nodes.forEach((node, id) => {
    const known =
      node.op === 'scalar' || node.op === 'constant' || (node.inputs.length > 0 && node.inputs.every((input) => onHost.has(input)));
    if (node.shape.length === 0 && known) onHost.add(id);
    else if (!leaves.includes(node.op)) total += kernels[node.op] ?? 1;
  });
  return total;
}

/**
 * Bytes that one run of a graph holds at once, in float32, besides its leaves: nodes are made in their order, and let go when the last that reads
 * them is made; a reshape is a view. What executors need differs from it: some fuse nodes, others keep buffers for the next run.
 */
export function peakBytesOf(graph: Graph): number {
  const roots: number[] = [];
  const last: number[] = [];
  graph.nodes.forEach(({ op, inputs }, id) => {
    roots.push(op === 'reshape' ? (roots[inputs[0] ?? id] ?? id) : id);
    for (const input of [...inputs, id]) last[roots[input] ?? input] = id;
  });
  for (const id of [...Object.values(graph.outputs), ...Object.values(graph.updates)]) last[roots[id] ?? id] = graph.nodes.length;
  const freed = new Float64Array(graph.nodes.length + 1);
  let [held, peak] = [0, 0];
  graph.nodes.forEach((node, id) => {
    const size = leaves.includes(node.op) || node.op === 'reshape' ? 0 : sizeOf(node.shape);
    held += size;
    peak = Math.max(peak, held);
    freed[last[id] ?? id]! += size;
    held -= freed[id]!;
  });
  return 4 * peak;
}
