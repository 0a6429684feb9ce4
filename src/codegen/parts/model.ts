/** The network as `nn.Sequential` with named layers, dropout included. */
import type { Config } from '../../params/config.ts';
import { languageModel } from '../language/model.ts';
import type { Emitter, PartInputs } from '../part.ts';
import { block, indent, literal } from '../python.ts';
import type { Lines } from '../python.ts';

/** `nn` modules by the name of the activation; a linear one needs none. */
const activations: Readonly<Partial<Record<Config['activation'], string>>> = {
  relu: 'nn.ReLU()',
  tanh: 'nn.Tanh()',
  sigmoid: 'nn.Sigmoid()',
  gelu: 'nn.GELU()',
};

type Layer = readonly [name: string, module: string];

/** Writes `build_model`. */
export const model: Emitter = (inputs) => {
  if (inputs.material.language) return languageModel(inputs, rmsNorm);
  const layers = layersOf(inputs);
  return {
    imports: ['from collections import OrderedDict'],
    definitions: [
      ...(inputs.phases.config.normalization === 'rms' ? [rmsNorm] : []),
      [
        'def build_model():',
        ...indent([
          'return nn.Sequential(OrderedDict([',
          ...indent(layers.map(([name, module]) => `(${literal(name)}, ${module}),`)),
          ']))',
        ]),
      ],
    ],
  };
};

/** The normalisation of a layer's sums, by the shape of its weights. */
function normModule({ normalization }: Config, shape: readonly number[]): string | undefined {
  const units = String(shape.at(-1) ?? 1);
  const isKernel = shape.length === 4;
  switch (normalization) {
    case 'none':
      return undefined;
    case 'layer':
      return isKernel ? `nn.GroupNorm(1, ${units})` : `nn.LayerNorm(${units})`;
    case 'batch':
      return isKernel ? `nn.BatchNorm2d(${units})` : `nn.BatchNorm1d(${units})`;
    case 'rms':
      return `RMSNorm(${units})`;
  }
}

/** Its class, where a model has any. */
export const rmsNorm = block(`
  class RMSNorm(nn.Module):
      """Zhang & Sennrich 2019: to root mean square 1, times a gain. (torch.nn has it from 2.4 on.)"""

      def __init__(self, units, eps=1e-5):
          super().__init__()
          self.weight, self.eps = nn.Parameter(torch.ones(units)), eps

      def forward(self, x):
          return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight
`);

/** The layers by name, in the order of the forward pass. */
function layersOf({ material, phases }: PartInputs): readonly Layer[] {
  const { config } = phases;
  const weights = material.parameters.filter(({ role }) => role === 'weight');
  const dropout = phases.some(({ dropout }) => dropout > 0) ? `nn.Dropout(${phases.value('dropout')})` : undefined;
  const activation = activations[config.activation];
  const layers: Layer[] = [];
  const isImage = material.inputShape.length > 1;
  if (phases.some(({ inputDropout }) => inputDropout > 0)) layers.push(['input_dropout', `nn.Dropout(${phases.value('inputDropout')})`]);
  if (isImage && config.model === 'mlp') layers.push(['flatten', 'nn.Flatten()']);
  let hidden = 0;
  let isFlat = config.model === 'mlp';
  weights.forEach(({ name, shape }) => {
    const layer = name.replace(/\.weight$/, '');
    const bias = config.normalization === 'batch' && layer !== 'output' ? ', bias=False' : '';
    const norm = normModule(config, shape);
    if (shape.length === 4) {
      layers.push([layer, `nn.Conv2d(${String(shape[2])}, ${String(shape[3])}, ${String(shape[0])}, padding="same"${bias})`]);
      if (norm) layers.push([`${layer}_norm`, norm]);
      if (activation) layers.push([`${layer}_activation`, activation]);
      layers.push([`${layer}_pool`, 'nn.MaxPool2d(2)']);
      return;
    }
    if (!isFlat) layers.push(['flatten', 'nn.Flatten()']);
    isFlat = true;
    layers.push([layer, `nn.Linear(${String(shape[0])}, ${String(shape[1])}${bias})`]);
    if (layer === 'output') return;
    if (norm) layers.push([`${layer}_norm`, norm]);
    hidden++;
    if (activation) layers.push([`activation${String(hidden)}`, activation]);
    if (dropout !== undefined) layers.push([`dropout${String(hidden)}`, dropout]);
  });
  return layers;
}

/** The dropout that `--check` puts in place of PyTorch's: with the masks that the product drew. */
export const recordedDropout: Lines = block(`
  class RecordedDropout(nn.Dropout):
      """Dropout with the masks that the app drew for each step and example: what --check needs to see the same curve."""

      step, examples = 0, slice(None)  # of the forward pass under way

      def __init__(self, p, masks):
          super().__init__(p)
          self.masks = masks

      def forward(self, x):
          if not self.training:
              return x
          kept = torch.from_numpy(np.unpackbits(self.masks[RecordedDropout.step], bitorder="little"))
          kept = kept[: len(kept) // x[0].numel() * x[0].numel()].reshape(-1, *x.shape[1:])[RecordedDropout.examples]
          return x * kept.to(x) / (1 - self.p)
`);
