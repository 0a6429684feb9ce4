/** The network as `nn.Sequential` with named layers, dropout included. */
import { literal } from '../python.ts';
import type { Emitter, PartInputs } from '../part.ts';
import { block, indent } from '../python.ts';
import type { Lines } from '../python.ts';

/** `nn` modules by the name of the activation; a linear one needs none. */
const activations = { relu: 'nn.ReLU()', tanh: 'nn.Tanh()', sigmoid: 'nn.Sigmoid()', gelu: 'nn.GELU()', linear: undefined } as const;

type Layer = readonly [name: string, module: string];

/** Writes `build_model`. */
export const model: Emitter = (inputs) => {
  const layers = layersOf(inputs);
  return {
    imports: ['from collections import OrderedDict'],
    definitions: [
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
    if (shape.length === 4) {
      layers.push([layer, `nn.Conv2d(${String(shape[2])}, ${String(shape[3])}, ${String(shape[0])}, padding="same")`]);
      if (activation) layers.push([`${layer}_activation`, activation]);
      layers.push([`${layer}_pool`, 'nn.MaxPool2d(2)']);
      return;
    }
    if (!isFlat) layers.push(['flatten', 'nn.Flatten()']);
    isFlat = true;
    layers.push([layer, `nn.Linear(${String(shape[0])}, ${String(shape[1])})`]);
    if (layer === 'output') return;
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
