/** Runs programs in linear memory: plans are laid out once, and a run is one call for many steps. */
import { sizeOf } from '../../graph/graph.ts';
import type { Executor, Feed, Feeds, HostTensor, MetricColumns, Program, TensorMap } from '../../graph/executor.ts';
import { areColumns } from '../../graph/feeds.ts';
import { EngineError, toEngineError } from '../engine-error.ts';
import { instantiate, type Instance, type Kernels } from './instance.ts';
import { createPlan, type Plan } from './plan.ts';
import { createResidents, type Residents } from './residents.ts';

/** A program in memory. */
interface Loaded {
  readonly program: Program;
  readonly residents: Residents;
  readonly step: Plan;
  /** Plans that compute outputs only, made when first asked for. */
  readonly evaluations: Map<string, Plan>;
  readonly ring: Ring;
}

/** Rows of feeds that go in and rows of metrics that come out in one call. */
interface Ring {
  readonly feeds: number;
  readonly metrics: number;
  readonly rows: number;
  readonly metricCount: number;
}

/** Bytes of feeds that one call takes; more are given in several. */
const ringBytes = 1 << 20;

/** An executor with memory of its own. */
export function createExecutor(kernels: Kernels): Executor {
  let instance: Instance | undefined;
  let loaded: Loaded | undefined;
  const program = (): { instance: Instance; loaded: Loaded } => {
    if (loaded === undefined || instance === undefined) throw new EngineError('internal', 'No program is loaded.');
    return { instance, loaded };
  };
  return {
    engine: 'wasm',
    device: kernels.device,
    load: (next) =>
      guarded(() => {
        loaded = undefined;
        instance ??= instantiate(kernels);
        loaded = loadProgram(instance, next);
      }),
    run: (feeds) => guarded(() => runSteps(program().instance, program().loaded, feeds)),
    evaluate: (name, feed) => guarded(() => evaluateGraph(program().instance, program().loaded, name, feed)),
    readState: () => guarded(() => readStates(program().loaded.residents)),
    writeState: (state) =>
      guarded(() => {
        writeStates(program().loaded.residents, state);
      }),
    dispose() {
      loaded = undefined;
      instance = undefined;
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
  const metricCount = step.outputs.filter(({ metric }) => metric >= 0).length;
  const rows = Math.max(1, Math.floor(ringBytes / step.feed.bytes));
  const ring = { rows, metricCount, feeds: arena.take(rows * step.feed.bytes), metrics: arena.take(rows * metricCount * 4) };
  return { program, residents, step, evaluations: new Map(), ring };
}

function runSteps({ arena }: Instance, { step, ring }: Loaded, feeds: Feeds): MetricColumns {
  const columns: Record<string, Float64Array> = {};
  const metrics = step.outputs.filter(({ metric }) => metric >= 0);
  for (const { name } of metrics) columns[name] = new Float64Array(feeds.length);
  const { bytes } = step.feed;
  for (let first = 0; first < feeds.length; first += ring.rows) {
    const count = Math.min(ring.rows, feeds.length - first);
    if (areColumns(feeds)) step.feed.writeColumns(feeds, first, count, arena.floats(), arena.words(), ring.feeds / 4);
    else
      feeds.slice(first, first + count).forEach((feed, index) => {
        step.feed.write(feed, arena.floats(), arena.words(), (ring.feeds + index * bytes) / 4);
      });
    step.run(count, ring.feeds, bytes, ring.metrics, 4 * ring.metricCount);
    const rows = arena.floats().subarray(ring.metrics / 4, ring.metrics / 4 + count * ring.metricCount);
    for (const { name, metric } of metrics) {
      const column = columns[name];
      if (column !== undefined)
        for (let row = 0; row < count; row++) column[first + row] = rows[row * ring.metricCount + metric] ?? Number.NaN;
    }
  }
  return columns;
}

function evaluateGraph(instance: Instance, { program, residents, evaluations }: Loaded, name: string, feed: Feed): TensorMap {
  const graph = program.graphs[name];
  if (graph === undefined) throw new EngineError('internal', `The program has no graph ${name}.`);
  const { arena } = instance;
  const known = evaluations.get(name);
  const plan = known ?? createPlan(graph, instance, residents, false);
  evaluations.set(name, plan);
  const row = residents.scratch(plan.feed.bytes / 4);
  plan.feed.write(feed, arena.floats(), arena.words(), row / 4);
  plan.run(1, row, 0, 0, 0);
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
