/**
 * Graphs of one operation each, on shapes around and beyond what a kernel takes in one bite: single elements, odd sides, more than a tile, more than a
 * workgroup, sums deep enough to be cut in parts. Feeds are normal numbers; an executor answers `y`.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, NodeId, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import { fillNormal, stream } from '../shared/random.ts';

/** A graph with the output `y`, and its feeds. */
export interface ShapeQuestion {
  readonly what: string;
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

type Build = (g: GraphBuilder, feed: (name: string, shape: Shape) => NodeId) => NodeId;

const seed = 77;

function question(what: string, build: Build): ShapeQuestion {
  const g = new GraphBuilder();
  const feeds: Record<string, Float32Array> = {};
  const y = build(g, (name, shape) => {
    const values = new Float32Array(sizeOf(shape));
    fillNormal(values, seed, stream.dataNoise, Object.keys(feeds).length, 0);
    feeds[name] ??= values;
    return g.feed(name, shape);
  });
  return { what, graph: g.finish({ y }), feeds };
}

/** All of them. */
export function shapeQuestions(): readonly ShapeQuestion[] {
  return [...products(), ...reductions(), ...images(), ...rows(), ...sequences()];
}

function products(): readonly ShapeQuestion[] {
  const sizes = [
    [1, 1, 1],
    [3, 5, 7],
    [33, 31, 65],
    [70, 130, 17],
    [10, 12, 2500],
    [450, 460, 9],
  ] as const;
  return sizes.flatMap(([m, n, k], index) =>
    [index % 4, (index + 2) % 4].map((turns) => {
      const [turnA, turnB] = [turns % 2 === 1, turns > 1];
      return question(`product ${String([m, n, k])}, ${String([turnA, turnB])}`, (g, feed) => {
        const a = g.scale(feed('a', turnA ? [k, m] : [m, k]), 1 / Math.sqrt(k));
        const product = g.matMul(a, feed('b', turnB ? [n, k] : [k, n]), turnA, turnB);
        const activated = g.unary('tanh', g.plus(product, feed('bias', [n])));
        // Whoever reads the product itself finds it in memory.
        return turns === 3 ? g.plus(activated, g.sum(product, [0], true)) : activated;
      });
    }),
  );
}

function reductions(): readonly ShapeQuestion[] {
  const shapes: readonly (readonly [Shape, readonly number[]])[] = [
    [[1], [0]],
    [[7], [0]],
    [[129], [0]],
    [[5000], [0]],
    [[70_001], [0]],
    [
      [3001, 5],
      [0, 1],
    ],
    [[2000, 33], [0]],
    [[1031, 20], [0]],
    [[20, 1031], [1]],
    [[4, 3, 5, 2], [1]],
    [
      [4, 3, 5, 2],
      [0, 2],
    ],
    [
      [4, 3, 5, 2],
      [1, 3],
    ],
  ];
  return [manyTerms(), ...shapes.flatMap(([shape, axes]) => reductionsOf(shape, axes))];
}

/** More operands than one kernel has a table for: added up, and joined. */
function manyTerms(): ShapeQuestion {
  const [count, columns] = [300, 7] as const;
  return question('300 terms', (g, feed) => {
    const x = feed('x', [count, columns]);
    const terms = Array.from({ length: count }, (_, i) => g.unary('tanh', g.slice(x, count - 1 - i, 1)));
    return g.plus(
      g.concat(terms),
      terms.reduce((sum, term) => g.plus(sum, term)),
    );
  });
}

function reductionsOf(shape: Shape, axes: readonly number[]): readonly ShapeQuestion[] {
  return [
    question(`sum ${String(shape)} over ${String(axes)}`, (g, feed) => {
      const x = feed('x', shape);
      return g.plus(g.sum(g.unary('square', x), axes), g.unary('tanh', g.sum(x, axes)));
    }),
    question(`max ${String(shape)} over ${String(axes)}`, (g, feed) => g.max(feed('x', shape), axes, true)),
  ];
}

function images(): readonly ShapeQuestion[] {
  const sizes = [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [2, 5, 7, 3, 4, 3, 5, 2],
    [3, 14, 14, 8, 33, 3, 3, 2],
  ] as const;
  return sizes.flatMap(([count, height, width, inputs, outputs, kernelHeight, kernelWidth, pool]) => {
    const [x, kernel, dy] = [
      [count, height, width, inputs],
      [kernelHeight, kernelWidth, inputs, outputs],
      [count, height, width, outputs],
    ] as const;
    const pooled = [count, Math.floor(height / pool), Math.floor(width / pool), inputs];
    return [
      question(`conv2d ${String(x)} by ${String(kernel)}`, (g, feed) => g.conv2d(feed('x', x), feed('kernel', kernel))),
      question(`conv2dInputGradient ${String(dy)}`, (g, feed) => g.conv2dInputGradient(feed('dy', dy), feed('kernel', kernel))),
      question(`conv2dKernelGradient ${String(x)}`, (g, feed) => g.conv2dKernelGradient(feed('x', x), feed('dy', dy), kernel)),
      question(`maxPool ${String(x)}`, (g, feed) => g.maxPool(feed('x', x), pool)),
      question(`maxPoolGradient ${String(x)}`, (g, feed) => g.maxPoolGradient(feed('d', pooled), feed('x', x), pool)),
    ];
  });
}

function rows(): readonly ShapeQuestion[] {
  const shapes = [
    [1, 1],
    [5, 64],
    [70, 65],
    [3, 700],
  ] as const;
  return shapes.flatMap(([count, columns]) => {
    const labels = (g: GraphBuilder): NodeId =>
      g.constant(
        Float32Array.from({ length: count }, (_, i) => (5 * i) % Math.min(columns, 70)),
        [count],
      );
    return [
      question(`softmax ${String([count, columns])}`, (g, feed) => g.softmax(feed('x', [count, columns]))),
      question(`softmaxCrossEntropy ${String([count, columns])}`, (g, feed) =>
        g.softmaxCrossEntropy(feed('x', [count, columns]), labels(g)),
      ),
      question(`gatherGradient ${String([count, columns])}`, (g, feed) => g.gatherGradient(feed('x', [count, columns]), labels(g), [Math.min(columns, 70), columns])), // prettier-ignore
      ...[true, false].map((centered) =>
        question(`standardizeGradient ${String([count, columns, centered])}`, (g, feed) => {
          const x = feed('x', [count, columns]);
          return g.plus(g.standardizeGradient(feed('dy', [count, columns]), x, centered, 0.1), g.standardize(x, centered, 0.1));
        }),
      ),
    ];
  });
}

function sequences(): readonly ShapeQuestion[] {
  const sizes = [
    [1, 1, 1, 1, 1],
    [3, 7, 2, 5, 3],
    [2, 65, 2, 4, 9],
    [1, 130, 1, 70, 66],
  ] as const;
  return sizes.flatMap(([count, context, heads, keyWidth, valueWidth]) => {
    const [keys, values] = [
      [count * context, heads * keyWidth],
      [count * context, heads * valueWidth],
    ] as const;
    const what = String([count, context, heads, keyWidth, valueWidth]);
    const [turned, table] = [
      [count * context, 2 * heads * keyWidth],
      [context, keyWidth],
    ] as const;
    return [
      question(`causalAttention ${what}`, (g, feed) =>
        g.causalAttention(feed('q', keys), feed('k', keys), feed('v', values), heads, context),
      ),
      question(`causalAttentionGradient ${what}`, (g, feed) =>
        g.causalAttentionGradient(feed('dy', values), feed('q', keys), feed('k', keys), feed('v', values), heads, context),
      ),
      question(`rotate ${what}`, (g, feed) => g.rotate(feed('x', turned), feed('c', table), feed('s', table))),
    ];
  });
}
