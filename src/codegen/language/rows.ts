/** Rows of tokens: inputs and targets of a window, the loss of a row, and the judgement of a split. */
import type { MaterialLanguage, MaterialSplit } from '../material.ts';
import { block, indent, literal } from '../python.ts';
import type { Lines } from '../python.ts';

/** Splits windows of `context + 1` tokens. */
const shifted: Lines = block(`
  def shifted(windows):
      """The tokens of windows but for the last, and what follows each."""
      return windows[:, :-1], windows[:, 1:]
`);

/** The same where prompts do not count: PyTorch's own way to leave out a target. */
const masked: Lines = block(`
  def masked(windows, counted):
      """The tokens of windows but for the last, and what follows each: -100, which cross_entropy leaves out, where it is a prompt."""
      return windows[:, :-1], windows[:, 1:].masked_fill(counted == 0, -100)
`);

/** The functions that `rowsIn` and the judgement of an old text call. */
export function rowsOf({ masksPrompts }: MaterialLanguage, hasOld: boolean): readonly Lines[] {
  return masksPrompts ? [masked, ...(hasOld ? [shifted] : [])] : [shifted];
}

/** Inputs and targets of a split, as an expression of `data`. */
export function rowsIn({ masksPrompts }: MaterialLanguage, split: 'train' | 'valid' | 'test'): string {
  return masksPrompts ? `masked(data["${split}"], data["${split}_counted"])` : `shifted(data["${split}"])`;
}

/** The place of the first target that counts where the task is judged: the answer follows the last token of the prompt. */
function firstCounted({ promptLength }: MaterialLanguage): string | undefined {
  return promptLength > 1 ? 'PROMPT - 1' : undefined;
}

/** What rows are made of, as assignments at the top; `train`: what of its rows counts. */
export function languageConstants(language: MaterialLanguage, { count, weights = new Float32Array() }: MaterialSplit): Lines {
  if (language.masksPrompts) {
    const counted = weights.reduce((sum, weight) => sum + weight, 0) / count;
    return [
      `CHARACTERS_PER_TOKEN = ${literal(language.charactersPerToken)}  # of those of the validation text that count`,
      `COUNTED = ${literal(counted)}  # tokens of a training row that count, on average`,
    ];
  }
  return language.promptLength > 0
    ? [`PROMPT = ${String(language.promptLength)}  # tokens of a question; the answer is what follows`]
    : [`CHARACTERS_PER_TOKEN = ${literal(language.charactersPerToken)}  # of the validation text`];
}

/** `example_losses`; `smooths`: labels are smoothed at some time. */
export function rowLosses(language: MaterialLanguage, smooths: boolean): Lines {
  if (language.masksPrompts) return maskedLosses(smooths);
  const first = firstCounted(language);
  const given = [...(first === undefined ? [] : ['first=0']), ...(smooths ? ['smoothing=0.0'] : [])].map((argument) => `, ${argument}`);
  const losses = `F.cross_entropy(output.flatten(0, 1), target.flatten(), reduction="none"${smooths ? ', label_smoothing=smoothing' : ''})`;
  return [
    `def example_losses(output, target${given.join('')}):`,
    ...indent([
      first === undefined
        ? '"""The loss of each row: the mean over its tokens."""'
        : '"""The loss of each row: the mean over its tokens from place `first` on."""',
      `losses = ${losses}.view(target.shape)`,
      `return losses${first === undefined ? '' : '[:, first:]'}.mean(1)`,
    ]),
  ];
}

/** The same where prompts do not count. */
function maskedLosses(smooths: boolean): Lines {
  return [
    `def example_losses(output, target, counted${smooths ? ', smoothing=0.0' : ''}):`,
    ...indent([
      '"""The loss of each row: the sum over its tokens that count, by how many there are in a row on average."""',
      `losses = F.cross_entropy(output.flatten(0, 1), target.flatten(), reduction="none"${smooths ? ', label_smoothing=smoothing' : ''})`,
      'return losses.view(target.shape).sum(1) / counted',
    ]),
  ];
}

/** `normalizer_squares` of rows, for the z-loss. */
export function rowNormalizers(language: MaterialLanguage): Lines {
  if (language.masksPrompts)
    return [
      'def normalizer_squares(output, target, counted):',
      ...indent([
        '"""The square of ln Z (Chowdhery et al. 2022) of each row, counted as its loss is."""',
        'return (output.logsumexp(2) ** 2 * (target != -100)).sum(1) / counted',
      ]),
    ];
  const first = firstCounted(language);
  return [
    `def normalizer_squares(output${first === undefined ? '' : ', first=0'}):`,
    ...indent([
      '"""The square of ln Z (Chowdhery et al. 2022), the mean over those tokens of each row that its loss counts."""',
      `return (output.logsumexp(2) ** 2)${first === undefined ? '' : '[:, first:]'}.mean(1)`,
    ]),
  ];
}

/** The argument of `example_losses` that leaves out a prompt, with its comma; `training`: as training counts. */
export function countedArgument(language: MaterialLanguage, training: boolean): string {
  if (language.masksPrompts) return training ? ', COUNTED' : ', counted';
  const first = firstCounted(language);
  return first === undefined || (training && language.trainsOnPrompt) ? '' : `, first=${first}`;
}

/** `evaluate`, a few rows at a time: the logits of all tokens of a split are too many. */
export function evaluateRows(language: MaterialLanguage): Lines {
  const exact = language.promptLength > 0;
  const first = firstCounted(language);
  return [
    'def evaluate(model, x, target):',
    ...indent([
      `"""Mean loss of a split, and ${exact ? 'the share of answers that are right to the last token' : 'the same in bits per character'}, in evaluation mode."""`,
      'model.eval()',
      exact ? 'losses, right = [], []' : 'losses = []',
      ...(language.masksPrompts ? ['counted = (target != -100).sum().item() / len(target)'] : []),
      'with torch.no_grad():',
      ...indent([
        'for tokens, answers in zip(x.split(64), target.split(64)):',
        ...indent([
          'output = model(tokens)',
          `losses.append(example_losses(output, answers${countedArgument(language, false)}))`,
          ...(exact ? [`right.append((output.argmax(2) == answers)${first === undefined ? '' : `[:, ${first} :]`}.all(1))`] : []),
        ]),
      ]),
      'model.train()',
      'loss = torch.cat(losses).mean().item()',
      exact ? 'return loss, torch.cat(right).double().mean().item()' : 'return loss, loss / math.log(2) / CHARACTERS_PER_TOKEN',
    ]),
  ];
}
