/** A small convolutional network for images: blocks of 3×3 convolution, activation and 2×2 max-pooling, then dense layers. */
import { activate, boundsOf } from './activations.ts';
import { dense, denseForward } from './mlp.ts';
import type { DenseOptions } from './mlp.ts';
import type { Activation, Model, Unplaced } from './model.ts';
import { layOut } from './model.ts';
import type { NormalizationName } from './normalization.ts';
import { runningStatistics, sums, unitParameters } from './normalization.ts';

/** Sizes of a CNN; the hidden layers come after its blocks. */
export interface CnnOptions extends DenseOptions {
  /** `[height, width, channels]`. */
  readonly inputShape: readonly [number, number, number];
  /** Output channels of each block; a block halves height and width, rounding down. */
  readonly channels: readonly number[];
}

const kernelSize = 3;
const poolSize = 2;

/** A CNN. Images must stay at least one pixel high and wide: `channels.length ≤ log2(side)`. */
export function cnn(options: CnnOptions): Model {
  const [height, width, inputChannels] = options.inputShape;
  const shrink = (side: number) => options.channels.reduce((size) => Math.floor(size / poolSize), side);
  const channels = [inputChannels, ...options.channels];
  const flat = shrink(height) * shrink(width) * (channels.at(-1) ?? 1);
  const widths = [flat, ...options.hidden, options.outputs];
  const { normalization = 'none' } = options;
  const kernels = options.channels.flatMap((outputs, block) => kernelParameters(block, channels[block] ?? 1, outputs, normalization));
  const layout = layOut([...kernels, ...dense(widths, normalization)]);
  return {
    name: `CNN ${channels.join('‑')} · ${widths.join('‑')}`,
    ...layout,
    ...runningStatistics(layout.parameters, normalization),
    forward: (context, images) => {
      const { g } = context;
      const activations: Activation[] = [];
      let x = images;
      options.channels.forEach((_, block) => {
        const layer = blockName(block);
        x = activate(g, options.activation, sums(context, normalization, layer, g.conv2d(x, context.weight(`${layer}.weight`))));
        activations.push({ layer, node: x, canDie: options.activation === 'relu', bounds: boundsOf(options.activation) });
        x = g.maxPool(x, poolSize);
      });
      const [count = 0] = g.shape(x);
      return denseForward(context, g.reshape(x, [count, flat]), options, activations);
    },
  };
}

function blockName(block: number): string {
  return `conv${String(block + 1)}`;
}

function kernelParameters(block: number, inputs: number, outputs: number, normalization: NormalizationName): Unplaced[] {
  const fans = { fanIn: inputs * kernelSize ** 2, fanOut: outputs * kernelSize ** 2 };
  const layer = blockName(block);
  return [
    { name: `${layer}.weight`, shape: [kernelSize, kernelSize, inputs, outputs], role: 'weight', ...fans },
    ...unitParameters(layer, outputs, normalization, fans),
  ];
}
