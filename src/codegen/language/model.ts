/** A language model as classes, `build_model`, and which of its tensors are weights. */
import { isGpt, isRecurrent } from '../../params/model-kind.ts';
import type { Part, PartInputs } from '../part.ts';
import { block, call, indent } from '../python.ts';
import type { Lines } from '../python.ts';
import { gptClasses } from './gpt.ts';
import { className, recurrentClass } from './recurrent.ts';
import { tuningConstants, tuningDefinitions } from './tuning.ts';

/** Writes the model of a task of language. `rmsNorm`: the class of it. */
export function languageModel(inputs: PartInputs, rmsNorm: Lines): Part {
  const { material, phases } = inputs;
  const { model, normalization, depth, width, heads } = phases.config;
  const classes = isRecurrent(model)
    ? [recurrentClass(inputs, model)]
    : [...(normalization === 'rms' ? [rmsNorm] : []), ...gptClasses(phases)];
  const sizes = {
    vocabulary: String(material.outputs),
    ...(isGpt(model) ? { context: String(material.inputShape[0] ?? 1) } : {}),
    width: String(width),
    ...(isGpt(model) ? { heads } : {}),
    depth: String(depth),
  };
  return {
    constants: tuningConstants(inputs),
    definitions: [
      ...classes,
      ['def build_model():', ...indent([`return ${call(className(material), [], sizes)}`])],
      ...tuningDefinitions(inputs),
    ],
  };
}

/** Which tensors decay and other rules for weights act on. */
export const weightsOf: Lines = block(`
  def weights_of(model):
      """The weight matrices, which decay and its like act on: not tables of embeddings, gains and biases."""
      tables = {module.weight for module in model.modules() if isinstance(module, nn.Embedding)}
      return [p for p in model.parameters() if p.ndim > 1 and p not in tables]
`);

/** The head's weight as an expression of `model`: what neither Muon nor adaptive clipping treats. */
export function headWeight({ phases }: PartInputs): string {
  const { model, tiedHead } = phases.config;
  return isGpt(model) && tiedHead ? 'model.tokens.weight' : 'model.output.weight';
}

/** The matrices that Muon treats, as an expression of `model`: all weights but the head's. A tied head is a table and no weight. */
export function hiddenOf(inputs: PartInputs): string {
  const head = headWeight(inputs);
  return head === 'model.tokens.weight' ? 'weights_of(model)' : `[p for p in weights_of(model) if p is not ${head}]`;
}
