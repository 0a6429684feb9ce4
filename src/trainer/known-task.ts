/** Makes the task of a configuration, and keeps the last one: describing and starting the same configuration must not make it twice. */
import type { Config } from '../params/config.ts';
import { loadAssets } from '../tasks/assets.ts';
import { dataIds } from '../tasks/data-config.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Task } from '../tasks/task.ts';

/** The tasks of one thread. */
export class KnownTask {
  private known: { readonly key: string; readonly task: Promise<Task> } | undefined;
  private readonly readAsset: (name: string) => Promise<Uint8Array>;

  constructor(readAsset: (name: string) => Promise<Uint8Array>) {
    this.readAsset = readAsset;
  }

  /** The task of a configuration. Rejects with the reason where there is none. */
  of(config: Config): Promise<Task> {
    const key = JSON.stringify(dataIds.map((id) => config[id]));
    if (this.known?.key !== key) {
      const task = loadAssets(config, this.readAsset).then((assets) => makeTask(config, assets));
      this.known = { key, task };
      // A file that failed to load is asked for again.
      task.catch(() => (this.known?.task === task ? (this.known = undefined) : undefined));
    }
    return this.known.task;
  }
}
