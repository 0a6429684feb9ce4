/**
 * Matrix product and convolution on the CPU: plain loops over contiguous memory, sums in double precision. tfjs' own kernels
 * walk with strides or compute an address per term; these take a fraction of the time.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Shape } from '../../graph/graph.ts';
import { matrix } from './ops/matrix.ts';
import { input, type NodeOf, type OpTable, type Run, type Tools } from './ops/op.ts';

type Product = (a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number) => Float32Array;

/** Adds to `sums` the rows `from` … `from + 3` of `b`, each times its factor: four at once halve the traffic with memory. */
function addFour(sums: Float64Array, b: Float32Array, from: number, columns: number, f0: number, f1: number, f2: number, f3: number): void {
  const at0 = from * columns;
  const at1 = at0 + columns;
  const at2 = at1 + columns;
  const at3 = at2 + columns;
  for (let column = 0; column < columns; column++) {
    sums[column]! += f0 * b[at0 + column]! + f1 * b[at1 + column]! + f2 * b[at2 + column]! + f3 * b[at3 + column]!;
  }
}

function addOne(sums: Float64Array, b: Float32Array, from: number, columns: number, factor: number): void {
  const atB = from * columns;
  for (let column = 0; column < columns; column++) sums[column]! += factor * b[atB + column]!;
}

/** A · B, or Aᵀ · B, where the `k`-th factor of a row stands `stepInner` after the one before. */
function addRows(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  stepRow: number,
  stepInner: number,
): Float32Array {
  const result = new Float32Array(rows * columns);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    let at = row * stepRow;
    let k = 0;
    for (; k + 4 <= inner; k += 4, at += 4 * stepInner) {
      addFour(sums, b, k, columns, a[at]!, a[at + stepInner]!, a[at + 2 * stepInner]!, a[at + 3 * stepInner]!);
    }
    for (; k < inner; k++, at += stepInner) addOne(sums, b, k, columns, a[at]!);
    result.set(sums, row * columns);
  }
  return result;
}

const plain: Product = (a, b, rows, inner, columns) => addRows(a, b, rows, inner, columns, inner, 1);
const transposedA: Product = (a, b, rows, inner, columns) => addRows(a, b, rows, inner, columns, 1, rows);

/** A · Bᵀ: products of rows. */
const transposedB: Product = (a, b, rows, inner, columns) => {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [atA, atB] = [row * inner, column * inner];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[atA + k]! * b[atB + k]!;
      result[row * columns + column] = sum;
    }
  }
  return result;
};

function values(tensor: TensorInfo, tools: Tools): Float32Array {
  return tools.hostValues(tensor) ?? new Float32Array();
}

function matMul(node: NodeOf<'matMul'>, tools: Tools): Run {
  if (node.transposeA && node.transposeB) return matrix.matMul(node, tools);
  const product = node.transposeA ? transposedA : node.transposeB ? transposedB : plain;
  const [rows = 0, columns = 0] = node.shape;
  const inner = tools.inputShape(node, 0)[node.transposeA ? 0 : 1] ?? 0;
  return (inputs) =>
    tools.upload(product(values(input(inputs, 0), tools), values(input(inputs, 1), tools), rows, inner, columns), node.shape);
}

/** Calls `use` for each pair of an output pixel and an input pixel under the kernel. All three are counted from 0. */
function eachTap(image: Shape, kernel: Shape, use: (pixel: number, tap: number, source: number) => void): void {
  const [count = 0, height = 0, width = 0] = image;
  const [kernelHeight = 0, kernelWidth = 0] = kernel;
  const [above, before] = [kernelHeight >> 1, kernelWidth >> 1];
  for (let index = 0; index < count; index++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const pixel = (index * height + row) * width + column;
        for (let y = Math.max(0, above - row); y < Math.min(kernelHeight, height + above - row); y++) {
          for (let x = Math.max(0, before - column); x < Math.min(kernelWidth, width + before - column); x++) {
            use(pixel, y * kernelWidth + x, pixel + (y - above) * width + (x - before));
          }
        }
      }
    }
  }
}

function conv2d(node: NodeOf<'conv2d'>, tools: Tools): Run {
  const [image, kernelShape] = [tools.inputShape(node, 0), tools.inputShape(node, 1)];
  const [, , inner = 0, outer = 0] = kernelShape;
  return (inputs) => {
    const [x, kernel] = [values(input(inputs, 0), tools), values(input(inputs, 1), tools)];
    const sums = new Float64Array((x.length / inner) * outer);
    eachTap(image, kernelShape, (pixel, tap, source) => {
      for (let c = 0; c < inner; c++) {
        const factor = x[source * inner + c]!;
        const [at, from] = [pixel * outer, (tap * inner + c) * outer];
        for (let o = 0; o < outer; o++) sums[at + o]! += factor * kernel[from + o]!;
      }
    });
    return tools.upload(Float32Array.from(sums), node.shape);
  };
}

function conv2dInputGradient(node: NodeOf<'conv2dInputGradient'>, tools: Tools): Run {
  const kernelShape = tools.inputShape(node, 1);
  const [, , inner = 0, outer = 0] = kernelShape;
  return (inputs) => {
    const [dy, kernel] = [values(input(inputs, 0), tools), values(input(inputs, 1), tools)];
    const sums = new Float64Array((dy.length / outer) * inner);
    eachTap(node.shape, kernelShape, (pixel, tap, source) => {
      for (let c = 0; c < inner; c++) {
        const [at, from] = [pixel * outer, (tap * inner + c) * outer];
        let sum = 0;
        for (let o = 0; o < outer; o++) sum += dy[at + o]! * kernel[from + o]!;
        sums[source * inner + c]! += sum;
      }
    });
    return tools.upload(Float32Array.from(sums), node.shape);
  };
}

function conv2dKernelGradient(node: NodeOf<'conv2dKernelGradient'>, tools: Tools): Run {
  const image = tools.inputShape(node, 0);
  const [, , inner = 0, outer = 0] = node.shape;
  return (inputs) => {
    const [x, dy] = [values(input(inputs, 0), tools), values(input(inputs, 1), tools)];
    const sums = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
    eachTap(image, node.shape, (pixel, tap, source) => {
      for (let c = 0; c < inner; c++) {
        const factor = x[source * inner + c]!;
        const [at, from] = [(tap * inner + c) * outer, pixel * outer];
        for (let o = 0; o < outer; o++) sums[at + o]! += factor * dy[from + o]!;
      }
    });
    return tools.upload(Float32Array.from(sums), node.shape);
  };
}

/** See `Device.overrides`. */
export const cpuMatrixOps: Partial<OpTable> = { matMul, conv2d, conv2dInputGradient, conv2dKernelGradient };
