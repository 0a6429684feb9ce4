/** A lane in a dedicated module worker, where the app trains too: one contender on one row. */
import { readAsset } from '../../src/trainer/read-asset.ts';
import type { BrowserContender } from '../contenders.ts';
import { comparedSteps } from '../lane.ts';
import type { Ready, Turn } from '../lane.ts';
import { Turns } from './session.ts';
import type { Session } from './session.ts';
import { workloadOf } from '../workload.ts';
import type { Workload } from '../workload.ts';

let turns: Turns | undefined;

const questions = {
  /** Makes a contender ready for a row, given as a link of the app. */
  open: async (contender: BrowserContender, link: string): Promise<Ready> => {
    const session = await openSession(contender, await workloadOf(link, readAsset));
    turns = new Turns(session);
    return { device: session.device, software: session.software, losses: Array.from(await session.train(comparedSteps)) };
  },
  turn: (seconds: number): Promise<Turn> => {
    if (turns === undefined) throw new Error('The lane is not open.');
    return turns.take(seconds);
  },
};

async function openSession(contender: BrowserContender, workload: Workload): Promise<Session> {
  switch (contender.kind) {
    case 'ours':
      return (await import('./contenders/ours.ts')).openOurs(contender.engine, workload);
    case 'stock':
      return (await import('./contenders/stock-tfjs.ts')).openStock(contender.backend, workload);
    case 'plain':
      return (await import('./contenders/plain.ts')).openPlain(workload);
  }
}

export type Questions = typeof questions;
/** What each question is answered with. */
export type Answers = { readonly [Name in keyof Questions]: Awaited<ReturnType<Questions[Name]>> };

async function answer(name: keyof Questions, parameters: readonly never[]): Promise<unknown> {
  const ask = questions[name] as (...parameters: readonly never[]) => Promise<unknown>;
  return ask(...parameters);
}

addEventListener('message', ({ data }: MessageEvent<{ name: keyof Questions; parameters: readonly never[] }>) => {
  answer(data.name, data.parameters).then(
    (value) => {
      postMessage({ value });
    },
    (thrown: unknown) => {
      postMessage({ error: thrown instanceof Error ? thrown.message : String(thrown) });
    },
  );
});
