/** `--text file`: a text of the user's own, with the page's checks and the page's words. A run that reads one needs it, and no other run takes it. */
import { readFileSync, statSync } from 'node:fs';
import type { Config } from '../params/config.ts';
import { ownTextLimit } from '../params/language-sizes.ts';
import { formatCount } from '../shared/format.ts';
import { checkOwnText } from '../tasks/text/own-text.ts';

/** What came of the option: the text if the run reads one, or what is wrong in one line that names it. */
export type GivenText = { readonly own?: string } | { readonly problem: string };

/** Reads the file at `path`, if the run of `config` asks for one. Never throws. */
export function givenText({ task, text }: Pick<Config, 'task' | 'text'>, path: string | undefined): GivenText {
  const asksForOne = task === 'text' && text === 'own';
  if (path === undefined)
    return asksForOne ? { problem: 'text: the run learns from a text of your own; give its file with --text file.txt.' } : {};
  if (!asksForOne)
    return { problem: `text: ${path} would not be read: the run does not learn from a text of your own; say task=text&text=own.` };
  const refused = (reason: string) => ({ problem: `text: ${path} cannot be used: ${reason}` });
  try {
    const { size } = statSync(path);
    // Said before reading: a file may be larger than memory.
    if (size > ownTextLimit)
      return refused(`it has ${formatCount(size)} bytes; at most ${formatCount(ownTextLimit)} are read. Use a part of it.`);
    const checked = checkOwnText(readFileSync(path));
    return checked.ok ? { own: checked.text } : refused(checked.message);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
