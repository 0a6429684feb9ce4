/**
 * Convolution on the CPU as matrix products, one row of pixels at a time. The numbers under the kernel at each pixel (its patch)
 * are copied next to each other, which costs little beside the product with every output channel; a row of patches stays in the
 * nearest cache. The gradient of the input is a convolution too, with the kernel turned around.
 */
import { sizeOf, type Shape } from '../../../graph/graph.ts';
import type { NodeOf, OpTable, Run, Tools } from '../ops/op.ts';
import { fillFromTwo } from './fill.ts';
import { addProduct, packedPanels, packedRows, packPanels } from './product.ts';

/** Sizes of a convolution from `inner` to `outer` channels. */
interface Sizes {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly inner: number;
  readonly outer: number;
  /** Numbers under the kernel at one pixel. */
  readonly patch: number;
}

function sizesOf(image: Shape, kernel: Shape): Sizes {
  const [count = 0, height = 0, width = 0] = image;
  const [kernelHeight = 0, kernelWidth = 0, inner = 0, outer = 0] = kernel;
  return { count, height, width, kernelHeight, kernelWidth, inner, outer, patch: kernelHeight * kernelWidth * inner };
}

/** Copies one picture into the middle of `bordered`, whose border stays zero. */
function border(x: Float32Array, index: number, bordered: Float64Array, sizes: Sizes): void {
  const { height, width, inner, kernelHeight, kernelWidth } = sizes;
  const [rowSize, borderedRow] = [width * inner, (width + kernelWidth - 1) * inner];
  for (let row = 0; row < height; row++) {
    const from = (index * height + row) * rowSize;
    const to = (row + (kernelHeight >> 1)) * borderedRow + (kernelWidth >> 1) * inner;
    for (let i = 0; i < rowSize; i++) bordered[to + i] = x[from + i]!;
  }
}

/** Copies the patches of one row of pixels. Element `k` of the patch of a pixel goes to `pixel · stepPixel + k · stepElement`. */
function cutPatches(
  bordered: Float64Array,
  row: number,
  patches: Float64Array,
  sizes: Sizes,
  stepPixel: number,
  stepElement: number,
): void {
  const { width, inner, kernelHeight, kernelWidth } = sizes;
  const [borderedRow, run] = [(width + kernelWidth - 1) * inner, kernelWidth * inner];
  for (let pixel = 0; pixel < width; pixel++) {
    let to = pixel * stepPixel;
    for (let y = 0; y < kernelHeight; y++) {
      const from = (row + y) * borderedRow + pixel * inner;
      for (let i = from; i < from + run; i++, to += stepElement) patches[to] = bordered[i]!;
    }
  }
}

/** Picture by picture and row by row; `use` gets the number of the row's first pixel. */
function eachRow(x: Float32Array, bordered: Float64Array, sizes: Sizes, use: (row: number, firstPixel: number) => void): void {
  for (let index = 0; index < sizes.count; index++) {
    border(x, index, bordered, sizes);
    for (let row = 0; row < sizes.height; row++) use(row, (index * sizes.height + row) * sizes.width);
  }
}

function newBordered({ height, width, inner, kernelHeight, kernelWidth }: Sizes): Float64Array {
  return new Float64Array((height + kernelHeight - 1) * (width + kernelWidth - 1) * inner);
}

/** A convolution whose kernel `pack` lays out as panels, `[patch, outer]`. */
function convolve(sizes: Sizes, pack: (kernel: Float32Array, panels: Float64Array) => void) {
  const { width, outer, patch } = sizes;
  const bordered = newBordered(sizes);
  const patches = new Float64Array(packedRows(width, patch));
  const panels = new Float64Array(packedPanels(patch, outer));
  const sums = new Float64Array(width * outer);
  return (x: Float32Array, kernel: Float32Array, result: Float32Array): void => {
    pack(kernel, panels);
    eachRow(x, bordered, sizes, (row, firstPixel) => {
      cutPatches(bordered, row, patches, sizes, patch, 1);
      sums.fill(0);
      addProduct(patches, panels, sums, width, patch, outer);
      const to = firstPixel * outer;
      for (let i = 0; i < sums.length; i++) result[to + i] = sums[i]!;
    });
  };
}

function conv2d(node: NodeOf<'conv2d'>, tools: Tools): Run {
  const sizes = sizesOf(tools.inputShape(node, 0), tools.inputShape(node, 1));
  const { patch, outer } = sizes;
  return fillFromTwo(
    node,
    tools,
    convolve(sizes, (kernel, panels) => {
      packPanels(kernel, panels, patch, outer, outer, 1);
    }),
  );
}

function conv2dInputGradient(node: NodeOf<'conv2dInputGradient'>, tools: Tools): Run {
  const [kernelHeight = 0, kernelWidth = 0, outer = 0, inner = 0] = tools.inputShape(node, 1);
  const sizes = sizesOf(tools.inputShape(node, 0), [kernelHeight, kernelWidth, inner, outer]);
  const taps = kernelHeight * kernelWidth;
  const turned = new Float32Array(taps * inner * outer);
  return fillFromTwo(
    node,
    tools,
    convolve(sizes, (kernel, panels) => {
      for (let tap = 0; tap < taps; tap++) {
        const from = (taps - 1 - tap) * inner * outer;
        for (let i = 0; i < inner * outer; i++) turned[(tap * inner + (i % inner)) * outer + Math.floor(i / inner)] = kernel[from + i]!;
      }
      packPanels(turned, panels, sizes.patch, outer, outer, 1);
    }),
  );
}

/** Patches, transposed, times the gradients of a row of pixels, summed over all rows. */
function conv2dKernelGradient(node: NodeOf<'conv2dKernelGradient'>, tools: Tools): Run {
  const sizes = sizesOf(tools.inputShape(node, 0), node.shape);
  const { width, outer, patch } = sizes;
  const bordered = newBordered(sizes);
  const patches = new Float64Array(packedRows(patch, width));
  const panels = new Float64Array(packedPanels(width, outer));
  const sums = new Float64Array(sizeOf(node.shape));
  return fillFromTwo(node, tools, (x, dy, result) => {
    sums.fill(0);
    eachRow(x, bordered, sizes, (row, firstPixel) => {
      cutPatches(bordered, row, patches, sizes, 1, width);
      packPanels(dy, panels, width, outer, outer, 1, firstPixel * outer);
      addProduct(patches, panels, sums, patch, width, outer);
    });
    for (let i = 0; i < result.length; i++) result[i] = sums[i]!;
  });
}

/** See `OpTable`. */
export const cpuConvolution = { conv2d, conv2dInputGradient, conv2dKernelGradient } satisfies Partial<OpTable>;
