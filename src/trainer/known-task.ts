/**
 * Makes the task of a configuration, and keeps the last one: describing and starting the same configuration must not make it twice.
 * A text of the user's own is kept here as well, and so is the thread free while a tokenizer is learned.
 */
import type { Config } from '../params/config.ts';
import type { Assets } from '../tasks/assets.ts';
import { dataKey } from '../tasks/data-config.ts';
import { heldOutSize } from '../tasks/language-config.ts';
import { tokenizerFor } from '../tasks/language-task.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Task } from '../tasks/task.ts';
import { fingerprint } from '../shared/hash.ts';
import { checkOwnText } from '../tasks/text/own-text.ts';
import type { Surroundings } from './job-request.ts';
import { loadAllAssets } from './load-task.ts';
import { Throttle } from './throttle.ts';
import type { TakenText } from './trainer.ts';

/** Seconds between news of how far a tokenizer is. */
const newsSeconds = 0.08;

/** The tasks of one thread. */
export class KnownTask {
  private known: { readonly key: string; readonly task: Promise<Task> } | undefined;
  private own: { readonly text: string; readonly number: number } | undefined;
  private readonly around: Omit<Surroundings, 'openEngine'>;

  constructor(around: Omit<Surroundings, 'openEngine'>) {
    this.around = around;
  }

  /** Takes the bytes of a text of the user's own in place of any before; one that is refused changes nothing. */
  takeText(bytes: Uint8Array): TakenText {
    const checked = checkOwnText(bytes);
    if (!checked.ok) return { refused: checked.message };
    this.own = { text: checked.text, number: (this.own?.number ?? 0) + 1 };
    return { characters: checked.text.length, fingerprint: fingerprintOfText(checked.text) };
  }

  /** The task of a configuration. Rejects with the reason where there is none. */
  of(config: Config): Promise<Task> {
    const own = readsOwnText(config) ? this.own : undefined;
    const key = `${dataKey(config)} ${String(own?.number)}`;
    if (this.known?.key !== key) {
      const task = this.make(config, own?.text);
      this.known = { key, task };
      // A file that failed to load is asked for again.
      task.catch(() => (this.known?.task === task ? (this.known = undefined) : undefined));
    }
    return this.known.task;
  }

  private async make(config: Config, own: string | undefined): Promise<Task> {
    const { readAsset: read, emit } = this.around;
    const progress = (loaded: number, total: number): void => emit({ type: 'loading', loaded, total });
    const assets = await loadAllAssets(config, { read, progress, ...(own === undefined ? {} : { own }) });
    const { text } = assets;
    if (assets.pretrained !== undefined || config.task !== 'text' || config.tokenizer !== 'bpe' || text === undefined)
      return makeTask(config, assets);
    return makeTask(config, { ...assets, tokenizer: await this.learnTokenizer(config, text) });
  }

  /** Learns byte pairs, tells how far it is, and lets the thread go in between. */
  private async learnTokenizer(config: Config, text: string): Promise<NonNullable<Assets['tokenizer']>> {
    const { now, rest, emit } = this.around;
    const due = new Throttle(newsSeconds, 1);
    const learning = tokenizerFor({ ...config, heldOutSize: heldOutSize(config) }, text);
    try {
      for (let next = learning.next(); ; next = learning.next()) {
        if (next.done) return next.value;
        if (due.ready(now())) {
          emit({ type: 'progress', progress: next.value });
          due.done(now(), 0);
        }
        await rest(0);
      }
    } finally {
      emit({ type: 'progress', progress: undefined });
    }
  }
}

/** Of the letters as they are learned from: line ends and marks that were tidied away make no other text. */
function fingerprintOfText(text: string): string {
  return fingerprint([Uint32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))]);
}

function readsOwnText({ task, text }: Config): boolean {
  return task === 'text' && text === 'own';
}
