/** Runs programs in linear memory: plans are laid out once, and a run is one call for many steps. */
import { sizeOf } from '../../graph/graph.ts';
import type { Executor, Feed, Feeds, HostTensor, MetricColumns, Program, TensorMap } from '../../graph/executor.ts';
import { freshColumns } from '../../shared/column-memory.ts';
import type { ColumnMemory } from '../../shared/column-memory.ts';
import type { FillOrder } from '../../shared/random.ts';
import { areColumns } from '../../graph/feeds.ts';
import { EngineError, toEngineError } from '../engine-error.ts';
import { deviceName, type Instance, type Kernels } from './instance.ts';
import { createMachines, type Machine } from './machines.ts';
import { createPlan, type Plan } from './plan.ts';
import { orderFiller } from './order.ts';
import { createOrdersAhead } from './orders-ahead.ts';
import { createResidents, type Residents } from './residents.ts';

/** A program in memory. */
interface Loaded {
  readonly program: Program;
  readonly residents: Residents;
  readonly step: Plan;
  /** Plans that compute outputs only, made when first asked for. */
  readonly evaluations: Map<string, Plan>;
  readonly fillOrder: FillOrder;
}

/** A program and what it runs on. */
interface Work {
  readonly machine: Machine;
  readonly loaded: Loaded;
}

/** An executor with memory of its own. */
export function createExecutor(kernels: Kernels): Executor {
  const machines = createMachines(kernels);
  const ahead = kernels.sharing.threads > 1 ? createOrdersAhead(kernels) : undefined;
  let machine: Machine | undefined;
  let loaded: Loaded | undefined;
  const program = (): Work => {
    if (loaded === undefined || machine === undefined) throw new EngineError('internal', 'No program is loaded.');
    return { machine, loaded };
  };
  return {
    engine: 'wasm',
    get device() {
      return deviceName(kernels.relaxed, loaded?.step.hasJobs === true ? (machine?.helpers?.threads ?? 1) : 1);
    },
    async load(next) {
      loaded = undefined;
      try {
        machine = await machines.of(next);
        loaded = loadProgram(machine.instance, next);
      } catch (thrown) {
        throw toEngineError(thrown);
      }
    },
    run: (feeds, memory = freshColumns) => guarded(() => runWithHelp(program(), feeds, memory)),
    settled: () => machine?.helpers?.ready() ?? Promise.resolve(),
    evaluate: (name, feed) => guarded(() => evaluateGraph(program(), name, feed)),
    fillOrder(...what) {
      const { fillOrder: own } = program().loaded;
      if (ahead === undefined) own(...what);
      else ahead.fill(own, ...what);
    },
    readState: () => guarded(() => readStates(program().loaded.residents)),
    writeState: (state) =>
      guarded(() => {
        writeStates(program().loaded.residents, state);
      }),
    dispose() {
      loaded = undefined;
      machine = undefined;
      machines.dispose();
      ahead?.dispose();
    },
  };
}

/** Does the work at once, and rejects with an `EngineError` whatever happens. */
function guarded<Result>(work: () => Result): Promise<Result> {
  try {
    return Promise.resolve(work());
  } catch (thrown) {
    return Promise.reject(toEngineError(thrown));
  }
}

function loadProgram(instance: Instance, program: Program): Loaded {
  const { arena } = instance;
  arena.reset();
  const residents = createResidents(program, arena);
  const step = createPlan(program.graphs.step, instance, residents, true);
  instance.setSeed(program.seed);
  return { program, residents, step, evaluations: new Map(), fillOrder: orderFiller(instance) };
}

/** Helpers are started after a run: the first steps come without delay, and what runs once needs none. */
function runWithHelp({ machine: { helpers }, loaded }: Work, feeds: Feeds, memory: ColumnMemory): MetricColumns {
  if (helpers === undefined || !loaded.step.hasJobs) return runSteps(loaded, feeds, memory);
  const columns = helpers.during(loaded.step, feeds.length, () => runSteps(loaded, feeds, memory));
  helpers.start();
  return columns;
}

function runSteps({ step: { feed, metrics, run } }: Loaded, feeds: Feeds, memory: ColumnMemory): MetricColumns {
  const columns = metrics.start(feeds.length, memory);
  if (areColumns(feeds))
    for (let first = 0; first < feeds.length; first += feed.steps) {
      const count = Math.min(feed.steps, feeds.length - first);
      const { numbers, tensors } = feed.writeColumns(feeds, first, count);
      run(count, feeds.firstStep + first, feed.table, numbers, tensors, metrics.at);
      metrics.read(columns, first, count);
    }
  else
    feeds.forEach((one, index) => {
      feed.write(one);
      run(1, one.step, feed.table, 0, 0, metrics.at);
      metrics.read(columns, index, 1);
    });
  return columns;
}

function evaluateGraph({ machine: { instance, helpers }, loaded }: Work, name: string, feed: Feed): TensorMap {
  const { program, residents, evaluations } = loaded;
  const graph = program.graphs[name];
  if (graph === undefined) throw new EngineError('internal', `The program has no graph ${name}.`);
  const { arena } = instance;
  const known = evaluations.get(name);
  const plan = known ?? createPlan(graph, instance, residents, false);
  evaluations.set(name, plan);
  plan.feed.write(feed);
  const run = (): void => plan.run(1, feed.step, plan.feed.table, 0, 0, plan.metrics.at);
  if (helpers !== undefined && plan.hasJobs) helpers.during(plan, 1, run);
  else run();
  return Object.fromEntries(
    plan.outputs.map(({ name: output, shape, address }): [string, HostTensor] => [
      output,
      { shape, values: arena.floats().slice(address / 4, address / 4 + sizeOf(shape)) },
    ]),
  );
}

function readStates(residents: Residents): TensorMap {
  return Object.fromEntries([...residents.states].map(([name, resident]) => [name, residents.read(resident)]));
}

function writeStates(residents: Residents, state: TensorMap): void {
  for (const [name, { shape, values }] of Object.entries(state)) {
    const resident = residents.state(name);
    if (resident.shape.join() !== shape.join())
      throw new EngineError('internal', `State ${name} has the shape [${resident.shape.join(', ')}], not [${shape.join(', ')}].`);
    residents.write(resident, values);
  }
}
