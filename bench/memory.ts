/** Memory of a run in Node at two of its steps, garbage collected: it must not grow with the steps. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readAsset } from '../src/cli/read-asset.ts';
import { openOurs } from './browser/contenders/ours.ts';
import { rows } from './rows.ts';
import { workloadOf } from './workload.ts';

/** Bytes that JavaScript's heap holds, and what lies outside of it: WebAssembly's memory and the buffers of arrays. */
export interface Memory {
  readonly step: number;
  readonly heap: number;
  readonly outside: number;
}

/** Steps at which it is measured. */
const steps = [1000, 100_000];

/** Trains the first row on the wasm engine as the app does. */
export async function measureMemory(): Promise<readonly Memory[]> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const [{ link }] = rows as readonly [(typeof rows)[number]];
  const session = await openOurs('wasm', await workloadOf(link, readAsset));
  const measured: Memory[] = [];
  let done = 0;
  for (const step of steps) {
    await session.train(step - done);
    done = step;
    // Buffers are let go of once what held them has been.
    for (let turn = 0; turn < 3; turn++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { heapUsed, external } = process.memoryUsage();
    measured.push({ step, heap: heapUsed, outside: external });
  }
  return measured;
}
