/** The memory and the threads that an executor's programs get: helpers and memory shared with them for large ones, as little as can be for others. */
import { flopsOf } from '../../graph/cost.ts';
import type { Program } from '../../graph/executor.ts';
import { Helpers } from './helpers.ts';
import { instantiate, instantiateShared, type Instance, type Kernels } from './instance.ts';

/** An instance, and its helpers if it may have some. */
export interface Machine {
  readonly instance: Instance;
  readonly helpers: Helpers | undefined;
}

/** The machine of one executor, which changes with what it loads. */
export interface Machines {
  /** What a program is to run on. What ran before may not go on. Rejects with an `EngineError`. */
  of(program: Program): Promise<Machine>;
  dispose(): void;
}

/** Makes machines from these kernels. */
export function createMachines(kernels: Kernels): Machines {
  const { threads, limits } = kernels.sharing;
  let machine: Machine | undefined;
  let canShare = threads > 1;
  const dispose = (): void => {
    machine?.helpers?.dispose();
    machine = undefined;
  };
  return {
    async of({ graphs }) {
      const isShared = canShare && flopsOf(graphs.step) >= limits.program;
      if (machine !== undefined && (machine.helpers !== undefined) === isShared) {
        machine.helpers?.forget();
        return machine;
      }
      dispose();
      const shared = isShared ? await sharedInstance(kernels) : undefined;
      // What could not be had once is not asked for with every load: it costs the instance, and time.
      if (isShared) canShare = shared !== undefined;
      const instance = shared ?? instantiate(kernels);
      const made = { instance, helpers: instance.shared && new Helpers(instance.shared, threads - 1, kernels.startHelper) };
      machine = made;
      return made;
    },
    dispose,
  };
}

/** Undefined where it cannot be had, as where there is no address space to keep free for it, or the build for it computes wrongly. */
async function sharedInstance(kernels: Kernels): Promise<Instance | undefined> {
  try {
    return instantiateShared(await kernels.compileShared(), kernels.relaxed, kernels.sharing);
  } catch {
    // One thread does the same, with the same bits.
    return undefined;
  }
}
