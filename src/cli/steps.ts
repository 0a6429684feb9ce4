/** What `--steps` may say. In a link 0 means no limit; on the command line nobody asks for no steps. */
import { formatCount } from '../shared/format.ts';
import { isTooLarge, parseNumber } from '../params/value-text.ts';

/** What is wrong with the number of steps asked for, in one line; `standing`: the step at which a resumed run goes on. */
export function problemOfSteps(text: string, standing = 0): string | undefined {
  if (isTooLarge(text)) return `steps: ${text} is too large for a number of steps.`;
  const steps = parseNumber(text);
  if (steps === undefined) return `steps: “${text.slice(0, 40)}” is not a number.`;
  if (!Number.isInteger(steps) || steps < 1) return `steps: ${text} is not a number of steps; give a whole number from 1.`;
  if (steps <= standing) return `steps: the run stands at step ${formatCount(standing)} already; give a larger number to go on.`;
  return undefined;
}

/** `--steps -5` as `--steps=-5`: by itself a word with a sign looks like another option. */
export function withSignedValues(args: readonly string[]): string[] {
  return args.flatMap((word, i) => {
    if (isSigned(word) && i > 0 && isOption(args[i - 1])) return [];
    return isOption(word) && isSigned(args[i + 1]) ? [`${word}=${String(args[i + 1])}`] : [word];
  });
}

const isOption = (word: string | undefined): boolean => word !== undefined && /^--[a-z-]+$/.test(word);
const isSigned = (word: string | undefined): boolean => word !== undefined && /^-[\d.]/.test(word);
