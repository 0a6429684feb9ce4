/** Whose works a language model has read, and under which licence, as the manifest of the data folder has them. */
import type { Config } from '../params/config.ts';
import { shippedModel } from '../params/shipped-model.ts';
import { isSequenceTask } from '../params/task-kind.ts';
import { isRecord } from '../shared/is-record.ts';
import { utf8Text } from '../shared/utf8.ts';
import { filesOf } from '../tasks/text/text-sets.ts';
import type { ReadAsset } from './load-task.ts';

/** Works and licences of a text of the app, each named once. Rejects where there is no manifest. */
export async function worksInWords(text: Config['text'], read: ReadAsset): Promise<string> {
  const manifest: unknown = JSON.parse(utf8Text(await read('manifest.json')));
  const files = isRecord(manifest) && Array.isArray(manifest['files']) ? manifest['files'].filter(isRecord) : [];
  const ours = files.filter(({ name }) => filesOf(text).some((file) => file === name));
  const said = (key: string): string => [...new Set(ours.map((file) => String(file[key])))].join(' ');
  return `${said('attribution')} ${said('licence')}.`;
}

/** All that a model has read, the text that it was pretrained on included. */
export async function dataInWords({ task, text, model }: Config, read: ReadAsset): Promise<string> {
  const own = isSequenceTask(task) ? 'Generated sequences.' : text === 'own' ? 'A text of the user’s own.' : await worksInWords(text, read);
  if (model !== 'pretrained' || shippedModel === undefined) return own;
  return `${own} Pretrained on: ${await worksInWords(shippedModel.text, read)}`;
}
