/** The texts that come with the app: which files each is made of, and what it is good for. */

/** A text of the app, or one of your own, which is in no file of ours and in no link. */
export type TextName = keyof typeof textSets | 'own';

/** One text: its files are joined in this order by an empty line. `role` says what it is for, not what it may be used for. */
interface TextSet {
  readonly label: string;
  readonly line: string;
  readonly role: 'pretraining' | 'tuning';
  readonly files: readonly string[];
}

const proseFiles = ['stories', 'novels', 'voyage', 'mysteries'];

/** Every text, by name. */
export const textSets = {
  prose: {
    label: 'All prose',
    line: 'The stories, novels, voyage and mysteries together: 5.4 million characters.',
    role: 'pretraining',
    files: proseFiles,
  },
  stories: {
    label: 'Stories',
    line: 'Plain English: Alice in Wonderland and The Parent’s Assistant.',
    role: 'pretraining',
    files: ['stories'],
  },
  novels: { label: 'Novels', line: 'Three novels by Jane Austen.', role: 'pretraining', files: ['novels'] },
  voyage: { label: 'A voyage', line: 'Moby Dick by Herman Melville.', role: 'pretraining', files: ['voyage'] },
  mysteries: {
    label: 'Mysteries',
    line: 'Father Brown and two more books by G. K. Chesterton.',
    role: 'pretraining',
    files: ['mysteries'],
  },
  plays: { label: 'Plays', line: 'Hamlet, Macbeth and Julius Caesar in the spelling of their time.', role: 'tuning', files: ['plays'] },
  verse: { label: 'Verse', line: 'Poems by Blake, Whitman and Milton.', role: 'tuning', files: ['verse'] },
  speeches: { label: 'Speeches', line: 'State of the Union addresses, 1990 to 2021.', role: 'tuning', files: ['speeches'] },
  names: { label: 'Names', line: 'English first names, one on each line.', role: 'tuning', files: ['names'] },
} as const satisfies Readonly<Record<string, TextSet>>;

/** Names of the files inside the data folder; none for a text of your own. */
export function filesOf(text: TextName): readonly string[] {
  return text === 'own' ? [] : textSets[text].files.map((name) => `texts/${name}.bin`);
}
