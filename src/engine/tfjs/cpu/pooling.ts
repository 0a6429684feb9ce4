/** Max-pooling on the CPU: windows do not overlap, so that each is a few reads at fixed distances. */
import type { Shape } from '../../../graph/graph.ts';
import { matrix } from '../ops/matrix.ts';
import type { NodeOf, OpTable, Run, Tools } from '../ops/op.ts';
import { fillFromOne, fillFromTwo } from './fill.ts';

/** Calls `use` for each element of the pooled picture with the place of its window's first element. */
function eachWindow(image: Shape, size: number, use: (pooled: number, first: number) => void): void {
  const [count = 0, height = 0, width = 0, channels = 0] = image;
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  let pooled = 0;
  for (let index = 0; index < count; index++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const first = ((index * height + row * size) * width + column * size) * channels;
        for (let channel = 0; channel < channels; channel++, pooled++) use(pooled, first + channel);
      }
    }
  }
}

/** The distances of a window's elements from its first, in reading order. */
function windowOf(image: Shape, size: number): Uint32Array {
  const [, , width = 0, channels = 0] = image;
  return Uint32Array.from({ length: size * size }, (_, index) => (Math.floor(index / size) * width + (index % size)) * channels);
}

function maxPool(node: NodeOf<'maxPool'>, tools: Tools): Run {
  const image = tools.inputShape(node, 0);
  if (node.size === 1) return matrix.maxPool(node, tools);
  const window = windowOf(image, node.size);
  return fillFromOne(node, tools, (x, result) => {
    eachWindow(image, node.size, (pooled, first) => {
      let best = x[first]!;
      for (let i = 1; i < window.length; i++) best = Math.max(best, x[first + window[i]!]!);
      result[pooled] = best;
    });
  });
}

/** The first of equal elements gets the gradient. */
function maxPoolGradient(node: NodeOf<'maxPoolGradient'>, tools: Tools): Run {
  if (node.size === 1) return matrix.maxPoolGradient(node, tools);
  const window = windowOf(node.shape, node.size);
  return fillFromTwo(node, tools, (dy, x, result) => {
    result.fill(0);
    eachWindow(node.shape, node.size, (pooled, first) => {
      let best = first;
      for (let i = 1; i < window.length; i++) if (x[first + window[i]!]! > x[best]!) best = first + window[i]!;
      result[best] = dy[pooled]!;
    });
  });
}

/** See `OpTable`. */
export const cpuPooling = { maxPool, maxPoolGradient } satisfies Partial<OpTable>;
