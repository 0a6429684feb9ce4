/** From a configuration to a task. The one way in to this folder. */
import { isLanguageTask } from '../params/task-kind.ts';
import type { Assets } from './assets.ts';
import type { DataConfig } from './data-config.ts';
import { heldOutSize } from './language-config.ts';
import { languageTask } from './language-task.ts';
import { tableTask } from './table-task.ts';
import type { Task } from './task.ts';

/**
 * Builds the task of a configuration. Pure: same arguments, same task. Throws `DamagedAsset` for a bad asset, `UnusableText` for a text that is too
 * short for the context, and an `Error` for a missing asset.
 */
export function makeTask(config: DataConfig, assets: Assets): Task {
  const { task } = config;
  return isLanguageTask(task)
    ? languageTask({ ...config, task, heldOutSize: heldOutSize(config) }, assets)
    : tableTask({ ...config, task }, assets);
}
