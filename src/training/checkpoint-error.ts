/** Why a checkpoint is refused. */

/** A checkpoint that cannot be used here; `message` says why. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}
