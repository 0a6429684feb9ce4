/**
 * A run as a file: the newest checkpoint as it is, and a file taken up in place of the present run.
 * Idea: a file is like a link that also says how far the run has come. It is looked at first; what cannot be used touches nothing.
 */
import { formatCount } from '../shared/format.ts';
import type { SavedRun } from '../trainer/trainer.ts';
import type { Context } from './context.ts';
import { startFrom } from './runs.ts';
import type { AppState } from './state.ts';

/** What the browser calls a `File`, as far as it is needed. */
export interface OpenedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
}

/** Larger files are no runs of models of this size. */
const largestFile = 256_000_000;

/** The newest checkpoint as a file with a name that says what it is; undefined before the first. */
export function runFile({ run, description }: AppState): { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined {
  if (run?.checkpoint === undefined) return undefined;
  const task = (description?.taskName ?? run.config.task).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return { name: `${task}-step-${String(run.checkpoint.step)}.safetensors`, bytes: run.checkpoint.bytes };
}

/** Goes on with the run in a file; the present one moves behind it. A file that cannot be used is told in `fileProblem`. */
export function openRunFile(context: Context, file: OpenedFile): void {
  const { state, trainer } = context;
  state.setState({ fileProblem: undefined });
  const refuse = (reason: string) => state.setState({ fileProblem: `${file.name} could not be opened: ${reason}.` });
  if (file.size > largestFile) {
    refuse(`it is too large for a run (${formatCount(Math.round(file.size / 1e6))} MB)`);
    return;
  }
  file
    .arrayBuffer()
    .then((buffer) => trainer.inspect(new Uint8Array(buffer)))
    .then(
      (saved) => takeUp(context, saved),
      (error: unknown) => refuse(error instanceof Error ? error.message.replace(/\.$/, '') : String(error)),
    );
}

function takeUp(context: Context, { config, changes, checkpoint }: SavedRun): void {
  const { state } = context;
  const { config: present, taken } = state.getState();
  const { pace } = present;
  state.setState({
    config: { ...config, pace },
    taken: taken + 1,
    planned: changes,
    problems: [],
    wantsToRun: false,
    firstVisit: false,
    autoRun: false,
  });
  context.waiting.wish = undefined;
  startFrom(context, checkpoint);
}
