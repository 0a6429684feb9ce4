/** Which files the texts that come with the app are made of. */
import type { Config } from '../../params/config.ts';

/** The files of each text, joined in this order by an empty line. */
export const textSets: Readonly<Record<Exclude<Config['text'], 'own'>, readonly string[]>> = {
  prose: ['stories', 'novels', 'voyage', 'mysteries'],
  stories: ['stories'],
  novels: ['novels'],
  voyage: ['voyage'],
  mysteries: ['mysteries'],
  plays: ['plays'],
  verse: ['verse'],
  speeches: ['speeches'],
  names: ['names'],
};

/** Names of the files inside the data folder; none for a text of your own. */
export function filesOf(text: Config['text']): readonly string[] {
  return text === 'own' ? [] : textSets[text].map((name) => `texts/${name}.bin`);
}
