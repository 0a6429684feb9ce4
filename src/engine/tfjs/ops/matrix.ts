/** Matrix product, convolution and pooling. */
import { input, type NodeOf, type OpTable, type Run, type Tools } from './op.ts';

function matMul(node: NodeOf<'matMul'>, tools: Tools): Run {
  const kernel = tools.kernel('BatchMatMul');
  const attributes = { transposeA: node.transposeA, transposeB: node.transposeB };
  return (inputs) => kernel({ a: input(inputs, 0), b: input(inputs, 1) }, attributes);
}

const samePadding = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' };

function conv2d(_node: NodeOf<'conv2d'>, tools: Tools): Run {
  const kernel = tools.kernel('Conv2D');
  const attributes = { ...samePadding, dilations: [1, 1] };
  return (inputs) => kernel({ x: input(inputs, 0), filter: input(inputs, 1) }, attributes);
}

function conv2dInputGradient(node: NodeOf<'conv2dInputGradient'>, tools: Tools): Run {
  const kernel = tools.kernel('Conv2DBackpropInput');
  const attributes = { ...samePadding, inputShape: [...node.shape] };
  return (inputs) => kernel({ dy: input(inputs, 0), filter: input(inputs, 1) }, attributes);
}

function conv2dKernelGradient(node: NodeOf<'conv2dKernelGradient'>, tools: Tools): Run {
  const kernel = tools.kernel('Conv2DBackpropFilter');
  const attributes = { ...samePadding, filterShape: [...node.shape] };
  return (inputs) => kernel({ x: input(inputs, 0), dy: input(inputs, 1) }, attributes);
}

function pooling(size: number): { filterSize: number[]; strides: number[]; pad: string } {
  return { filterSize: [size, size], strides: [size, size], pad: 'valid' };
}

function maxPool(node: NodeOf<'maxPool'>, tools: Tools): Run {
  if (node.size === 1) return (inputs) => tools.retain(input(inputs, 0));
  const kernel = tools.kernel('MaxPool');
  const attributes = pooling(node.size);
  return (inputs) => kernel({ x: input(inputs, 0) }, attributes);
}

/** The stock kernel: right on the CPU, where the first of equal elements gets the gradient. */
function maxPoolGradient(node: NodeOf<'maxPoolGradient'>, tools: Tools): Run {
  if (node.size === 1) return (inputs) => tools.retain(input(inputs, 0));
  const kernel = tools.kernel('MaxPoolGrad');
  const attributes = pooling(node.size);
  return (inputs) => kernel({ dy: input(inputs, 0), input: input(inputs, 1), output: input(inputs, 1) }, attributes);
}

/**
 * On the GPU backends the stock kernel gives the gradient to the last of equal elements, so both sides are turned around,
 * which makes the last the first. Rows and columns beyond the last whole window are cut off before and are zero after.
 */
export function maxPoolGradientReversed(node: NodeOf<'maxPoolGradient'>, tools: Tools): Run {
  const [count = 0, height = 0, width = 0, channels = 0] = node.shape;
  const rest = [height % node.size, width % node.size] as const;
  const inner = [count, height - rest[0], width - rest[1], channels];
  const cut = rest[0] > 0 || rest[1] > 0;
  const [reverse, sliceKernel, pad, gradient] = [
    tools.kernel('Reverse'),
    tools.kernel('Slice'),
    tools.kernel('PadV2'),
    maxPoolGradient(node, tools),
  ];
  const paddings = [[0, 0], [0, rest[0]], [0, rest[1]], [0, 0]]; // prettier-ignore
  return (inputs) => {
    const x = cut ? sliceKernel({ x: input(inputs, 1) }, { begin: [0, 0, 0, 0], size: inner }) : tools.retain(input(inputs, 1));
    const turned = reverse({ x }, { dims: [1, 2] });
    const turnedDy = reverse({ x: input(inputs, 0) }, { dims: [1, 2] });
    const turnedResult = gradient([turnedDy, turned]);
    const whole = reverse({ x: turnedResult }, { dims: [1, 2] });
    const result = cut ? pad({ x: whole }, { paddings, constantValue: 0 }) : tools.retain(whole);
    for (const tensor of [x, turned, turnedDy, turnedResult, whole]) tools.release(tensor);
    return result;
  };
}

/** See `OpTable`. */
export const matrix = { matMul, conv2d, conv2dInputGradient, conv2dKernelGradient, maxPool, maxPoolGradient } satisfies Partial<OpTable>;
