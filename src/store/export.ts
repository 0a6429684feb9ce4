/** The present run as source for another framework, or the model that it has come to. Of several exports asked for, the last one counts. */
import type { ExportTarget } from '../trainer/trainer.ts';
import type { Context } from './context.ts';
import { beginning } from './link.ts';

/** Asks the trainer for an export of what a link would say now, or for the model as it stands. */
export function exportRun({ state, trainer }: Context, target: ExportTarget | 'model'): void {
  const { config, changes } = beginning(state.getState());
  const working = { kind: 'working', target } as const;
  const isLast = () => state.getState().exported === working;
  state.setState({ exported: working });
  const zip = target === 'model' ? trainer.exportModel() : trainer.exportRun(config, changes, target);
  zip.then(
    (zip) => {
      if (isLast()) state.setState({ exported: { kind: 'ready', target, fileName: `${config.task}-${target}.zip`, zip } });
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (isLast()) state.setState({ exported: { kind: 'refused', target, message } });
    },
  );
}
