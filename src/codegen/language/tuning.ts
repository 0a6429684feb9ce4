/**
 * Fine-tuning: what of a pretrained GPT moves. A part of it by `requires_grad_`, or thin matrices beside its own, as a small module in the manner of
 * `peft`, whose names it has.
 */
import { tuningOf } from '../../params/model-kind.ts';
import type { PartInputs } from '../part.ts';
import { block, indent, literal } from '../python.ts';
import type { Lines } from '../python.ts';

const loraClass = block(`
  class LoRA(nn.Module):
      """A linear layer that stays, and beside it two thin ones that learn what is to be added to it (Hu et al. 2021)."""

      def __init__(self, base_layer, rank, alpha):
          super().__init__()
          self.base_layer, self.scale = base_layer, alpha / rank
          self.lora_A = nn.Linear(base_layer.in_features, rank, bias=False)
          self.lora_B = nn.Linear(rank, base_layer.out_features, bias=False)

      def forward(self, x):
          return self.base_layer(x) + self.lora_B(self.lora_A(x)) * self.scale

      @torch.no_grad()
      def merged(self):
          """The linear layer with what was learned added to it: in double precision, rounded once."""
          weight = self.base_layer.weight
          weight.copy_(weight.double() + self.scale * (self.lora_B.weight.double() @ self.lora_A.weight.double()))
          return self.base_layer
`);

const addAndMerge = block(`
  def add_lora(model):
      """Puts thin matrices beside those that are named in ADAPTED; nothing else of the model is trained."""
      model.requires_grad_(False)
      for name, module in list(model.named_modules()):
          parent, _, child = name.rpartition(".")
          if child in ADAPTED:
              setattr(model.get_submodule(parent), child, LoRA(module, LORA_RANK, LORA_ALPHA))
      return model
`);

const mergeLora = block(`
  def merge_lora(model):
      """The plain model again: each matrix with what was learned beside it."""
      for name, module in list(model.named_modules()):
          if isinstance(module, LoRA):
              parent, _, child = name.rpartition(".")
              setattr(model.get_submodule(parent), child, module.merged())
      return model
`);

/** The parts of blocks that are adapted, in the order of the network. */
function adaptedParts({ material }: PartInputs): readonly string[] {
  return [...new Set(material.parameters.flatMap(({ name }) => /^block\d+\.(\w+)\.lora_A$/.exec(name)?.[1] ?? []))];
}

/** Assignments at the top of the script. */
export function tuningConstants(inputs: PartInputs): Lines {
  const { config } = inputs.phases;
  if (tuningOf(config) !== 'lora') return [];
  return [
    `LORA_RANK, LORA_ALPHA = ${literal(config.rank)}, ${literal(config.loraAlpha)}`,
    `ADAPTED = (${adaptedParts(inputs).map(literal).join(', ')})  # parts of each block`,
  ];
}

/** The modules of `model` behind the blocks. */
function behindBlocks({ phases }: PartInputs): readonly string[] {
  const { normAt, tiedHead } = phases.config;
  return [...(normAt === 'before' ? ['model.norm'] : []), ...(tiedHead ? [] : ['model.output'])];
}

/** Functions that make a part of the model move; none where all of it does. */
export function tuningDefinitions(inputs: PartInputs): readonly Lines[] {
  const { config } = inputs.phases;
  const tuning = tuningOf(config);
  if (tuning === undefined || tuning === 'full') return [];
  if (tuning === 'lora') return [loraClass, addAndMerge, mergeLora];
  const blocks = tuning === 'blocks' ? [`*model.blocks[-${String(config.lastBlocks)}:]`] : [];
  const what = tuning === 'head' ? 'the head' : config.lastBlocks === 1 ? 'the last block' : `the last ${String(config.lastBlocks)} blocks`;
  return [
    [
      'def free_last_layers(model):',
      ...indent([
        `"""Fine-tuning moves ${what}${tuning === 'head' ? ', and the norm before it' : ' and what stands behind'}; all else stays as it was pretrained."""`,
        'model.requires_grad_(False)',
        `for module in [${[...blocks, ...behindBlocks(inputs)].join(', ')}]:`,
        ...indent(['module.requires_grad_(True)']),
        'return model',
      ]),
    ],
  ];
}

/** The model before its weights are read, as an expression. */
export function modelToTrain({ phases }: Pick<PartInputs, 'phases'>): string {
  switch (tuningOf(phases.config)) {
    case undefined:
    case 'full':
      return 'build_model()';
    case 'lora':
      return 'add_lora(build_model())';
    default:
      return 'free_last_layers(build_model())';
  }
}
