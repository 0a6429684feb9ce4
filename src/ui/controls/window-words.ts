/** How many windows a text gives, in words: under “Training examples”, and where a text of your own is described. */
import type { Config } from '../../params/table.ts';
import { formatCount } from '../../shared/format.ts';
import type { Counted } from '../../store/counted.ts';

/** Under the number that is asked for. `available`: all that there are, once the text has been read. */
export function windowsInWords(config: Pick<Config, 'text'>, available: number | undefined): string {
  if (available === 1) return 'the one window in the text’s part for training';
  if (available !== undefined) return `of ${formatCount(available)} windows in the text’s part for training`;
  return config.text === 'own'
    ? 'windows at most, until there is a text to count them in'
    : 'windows, about: the text is still to be counted';
}

/** After a text of your own is named: how many windows it gives, and that they are few where one step takes more. Empty until they are counted. */
export function ownTextInWords(counted: Counted | undefined, batch: number): string {
  if (counted === undefined) return '';
  const { available, heldOut } = counted;
  const gives = ` It gives ${available === 1 ? '1 window' : `${formatCount(available)} windows`} to train on and ${formatCount(heldOut)} to judge by.`;
  if (available >= batch) return gives;
  return `${gives} That is less than one batch of ${formatCount(batch)}: expect it to be learned by heart, or take a longer text or a shorter context.`;
}
