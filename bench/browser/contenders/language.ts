/** An executor alone on a language model: a program built here, since no link of the app trains one yet. */
import { openEngine } from '../../../src/engine/engines.ts';
import type { EngineName } from '../../../src/engine/engines.ts';
import { languageWork } from '../../language/program.ts';
import { languageRows } from '../../language/rows.ts';
import type { Session } from '../session.ts';

/** Opens an engine on the row with this id. Rejects with an `EngineError`. */
export async function openLanguage(name: EngineName, id: string): Promise<Session> {
  const row = languageRows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`There is no row ${id}.`);
  const { program, feeds } = languageWork(row);
  const { executor, software } = await openEngine(name);
  await executor.load(program);
  let next = 0;
  return {
    device: executor.device,
    software,
    async train(steps) {
      const { loss } = await executor.run(feeds(next, steps));
      next += steps;
      return loss ?? new Float64Array();
    },
  };
}
