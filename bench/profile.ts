/** Where the time of a worker goes, function by function, as the browser's own profiler samples it; kernels are known by their names. */
import type { CDPSession, Page } from '@playwright/test';

/** A function and its share of the samples, 0…1. */
export interface Share {
  readonly name: string;
  readonly share: number;
}

/** What the profiler gives, as far as it is needed. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds between samples. */
const interval = 300;
/** Shares below this are told together. */
const leastShare = 0.01;

/** Profiles the worker that is started next: call it before. */
export async function openProfiler(page: Page): Promise<{ readonly during: (work: () => Promise<void>) => Promise<readonly Share[]> }> {
  const session = await page.context().newCDPSession(page);
  const worker = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return {
    async during(work) {
      const ask = asker(session, await worker);
      await ask('Profiler.enable');
      await ask('Profiler.setSamplingInterval', { interval });
      await ask('Profiler.start');
      await work();
      const { profile } = (await ask('Profiler.stop')) as { readonly profile: Profile };
      await session.detach();
      return sharesOf(profile);
    },
  };
}

/** Sends commands to a worker, by way of its page. */
function asker(session: CDPSession, sessionId: string) {
  const waiting = new Map<number, (result: unknown) => void>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { readonly id: number; readonly result: unknown };
    waiting.get(id)?.(result);
  });
  let count = 0;
  return async (method: string, params: object = {}): Promise<unknown> => {
    const id = ++count;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    return answer;
  };
}

function sharesOf({ nodes, samples, timeDeltas }: Profile): readonly Share[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '';
    if (name === '') return;
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
    total += timeDeltas[index] ?? 0;
  });
  const shares = [...times].map(([name, time]) => ({ name, share: time / total })).sort((a, b) => b.share - a.share);
  const large = shares.filter(({ share }) => share >= leastShare);
  return [...large, { name: 'everything else', share: 1 - large.reduce((sum, { share }) => sum + share, 0) }];
}

/** Kernels by their own names; generated code has none; the rest is the host's. Idle time is none of it. */
function nameOf({ functionName, url }: Profile['nodes'][number]['callFrame']): string {
  if (functionName === '(idle)' || functionName === '(root)') return '';
  const kernel = /kernels\/[\w-]+\/(\w+)$/.exec(functionName)?.[1];
  if (kernel !== undefined) return kernel;
  if (url.startsWith('wasm:')) return 'generated code';
  return functionName.startsWith('(') ? functionName.slice(1, -1) : 'JavaScript';
}
