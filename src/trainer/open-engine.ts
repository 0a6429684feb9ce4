/** The engine a configuration asks for, or the next best, and a sentence that says which and why. */
import { chooseEngine, useEngine } from '../engine/choose.ts';
import type { EngineChoice } from '../engine/choose.ts';
import { toEngineError } from '../engine/engine-error.ts';
import type { OpenEngine } from './job-request.ts';

/** Rejects with an `EngineError` only if no engine at all can be had. */
export const openEngine: OpenEngine = async (engine, failed, { program, feeds }) => {
  if (engine === 'auto') return opened(await chooseEngine(program, feeds, failed));
  if (failed.includes(engine)) {
    const choice = await chooseEngine(program, feeds, failed);
    return opened({ ...choice, why: `${engine} was asked for but has failed here. ${choice.why}` });
  }
  try {
    return opened(await useEngine(engine, program));
  } catch (error) {
    const choice = await chooseEngine(program, feeds, [...failed, engine]);
    const reason = toEngineError(error).message;
    const candidates = choice.candidates.map((candidate) => (candidate.engine === engine ? { engine, refused: reason } : candidate));
    return opened({ ...choice, candidates, why: `${engine} was asked for but cannot be had here: ${reason} ${choice.why}` });
  }
};

function opened({ executor, ...report }: EngineChoice) {
  return { executor, report };
}
