/** A lane in a dedicated module worker, where the app trains too: one contender on one row. */
import { probeEngine } from '../../src/engine/engines.ts';
import { readAsset } from '../../src/trainer/read-asset.ts';
import type { BrowserContender } from '../contenders.ts';
import { comparedSteps } from '../lane.ts';
import { workloadOf } from '../workload.ts';
import type { Workload } from '../workload.ts';
import type { Answers, Question, Reply } from './question.ts';
import { measureRoof } from './roof.ts';
import { Turns } from './session.ts';
import type { Session } from './session.ts';

let turns: Turns | undefined;

/** What is opened after this has one thread: without shared memory nothing can have more. */
function leaveOneThread(): void {
  Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
}

async function openSession(contender: BrowserContender, workload: Workload): Promise<Session> {
  switch (contender.kind) {
    case 'ours':
      return (await import('./contenders/ours.ts')).openOurs(contender.engine, workload);
    case 'bare':
      if (contender.alone === true) leaveOneThread();
      return (await import('./contenders/bare.ts')).openBare(contender.engine, workload);
    case 'plain':
      return (await import('./contenders/plain.ts')).openPlain(workload);
    case 'stock':
      return (await import('./contenders/stock-tfjs.ts')).openStock(contender.backend, workload);
    case 'convnetjs':
      return (await import('./contenders/convnetjs.ts')).openConvnetjs(workload);
    case 'jax':
      // As soon as it is loaded it would start threads from blobs, which the app's policy forbids, and wait for them for ever. Without
      // shared memory it has one thread.
      leaveOneThread();
      return (await import('./contenders/jax.ts')).openJax(contender.device, workload);
  }
}

async function begin(session: Session): Promise<Answers['open']> {
  turns = new Turns(session);
  return { device: session.device, software: session.software, losses: Array.from(await session.train(comparedSteps)) };
}

async function answer(question: Question): Promise<Answers[keyof Answers]> {
  switch (question.ask) {
    case 'isPretended':
      return probeEngine(question.engine).then(
        ({ software }) => software,
        () => true,
      );
    case 'open':
      return begin(await openSession(question.contender, await workloadOf(question.link, readAsset)));
    case 'roof':
      return measureRoof();
    case 'products':
      // The roof beside them is that of one.
      leaveOneThread();
      return (await import('./products.ts')).measureProducts();
    case 'turn':
      if (turns === undefined) throw new Error('The lane is not open.');
      return turns.take(question.seconds);
  }
}

const reply = (what: Reply): void => {
  postMessage(what);
};

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  answer(data).then(
    (value) => reply({ value }),
    (thrown: unknown) => reply({ error: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
});
