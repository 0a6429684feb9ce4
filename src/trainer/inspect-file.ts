/** A file that somebody opens: everything that could be wrong with it is found here, before any run is touched. */
import type { Config } from '../params/config.ts';
import type { Task } from '../tasks/task.ts';
import { decodeCheckpoint, outlineOfCheckpoint } from '../training/checkpoint.ts';
import { checkpointOwner, setUp } from '../training/setup.ts';
import { savedRecordOf } from './saved-record.ts';
import type { SavedRun } from './trainer.ts';

/** The run in the file. Rejects with `CheckpointError` for a damaged or foreign file, or one made on other data. */
export async function inspectFile(bytes: Uint8Array<ArrayBuffer>, taskOf: (config: Config) => Promise<Task>): Promise<SavedRun> {
  const { cursor, initial, changes, coming } = outlineOfCheckpoint(bytes);
  decodeCheckpoint(bytes, checkpointOwner(initial, setUp(initial, await taskOf(initial))));
  savedRecordOf(bytes);
  return { checkpoint: { step: cursor.step, bytes }, config: initial, changes: [...changes, ...coming] };
}
