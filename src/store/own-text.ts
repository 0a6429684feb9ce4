/**
 * A text of the user's own: taken from a file or from what was pasted, checked in the worker, and learned wherever the configuration asks for it.
 * Idea: without one nothing is prepared, and everything else stays as it is; what was asked for meanwhile is done once there is a text.
 */
import { formatCount } from '../shared/format.ts';
import { ownTextLimit } from '../params/language-sizes.ts';
import type { Context } from './context.ts';
import { setParameter } from './edit.ts';
import type { OpenedFile } from './run-file.ts';
import { outdate } from './runs.ts';
import type { AppState } from './state.ts';

/** Takes the text of a file in place of any before, and learns from it. One that is refused is told in `textProblem`, and nothing else changes. */
export function takeText(context: Context, file: OpenedFile): void {
  const { state, trainer } = context;
  const refuse = (reason: string) => state.setState({ textProblem: reason, textRefused: file.name });
  state.setState({ textProblem: undefined, textRefused: undefined });
  if (file.size > ownTextLimit) {
    refuse(`${file.name} has ${formatCount(file.size)} bytes; at most ${formatCount(ownTextLimit)} are read. Use a part of it.`);
    return;
  }
  file
    .arrayBuffer()
    .then((buffer) => trainer.takeText(new Uint8Array(buffer)))
    .then(
      (taken) => {
        if ('refused' in taken) refuse(taken.refused);
        else learnFrom(context, { name: file.name, ...taken });
      },
      (error: unknown) => refuse(`${file.name} could not be read: ${error instanceof Error ? error.message : String(error)}`),
    );
}

function learnFrom(context: Context, ownText: NonNullable<AppState['ownText']>): void {
  const { state } = context;
  // What was counted is that of the text before.
  state.setState({ ownText, described: undefined });
  const { config } = state.getState();
  if (config.task !== 'text') return;
  if (config.text === 'own') outdate(context, 'soon');
  else setParameter(context, 'text', 'own');
}
