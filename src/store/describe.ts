/** Asks the trainer what the page must know about the present configuration; only the newest answer counts. */
import type { Context } from './context.ts';

/** Fills in `description`, and that of the run if it is the run's configuration that was asked about. */
export function describeConfig({ state, trainer, waiting }: Context): void {
  const { config } = state.getState();
  const question = ++waiting.question;
  trainer.describe(config).then(
    (description) => {
      const { run } = state.getState();
      if (run?.config === config) state.setState({ run: { ...run, description } });
      if (question === waiting.question) state.setState({ description, described: config });
    },
    (reason: unknown) => {
      if (question !== waiting.question) return;
      const message = `The data could not be prepared: ${reason instanceof Error ? reason.message : String(reason)}`;
      const { run } = state.getState();
      if (run !== undefined) state.setState({ run: { ...run, fault: { kind: 'internal', message, keptStep: 0 } }, wantsToRun: false });
    },
  );
}
