/**
 * Chooses the engine for a program by measurement. Speeds are predicted from the graph first, so that an engine that cannot
 * win is never opened; the candidates left are timed on the program itself, with its first feeds, and it is loaded afresh after. What was
 * measured is remembered for graphs of the same shape.
 */
import { EngineError, toEngineError } from './engine-error.ts';
import { engineNames, openEngine, probeEngine, type EngineName, type OpenEngine } from './engines.ts';
import { dispatchesOf, flopsOf } from '../graph/cost.ts';
import type { Executor, Feed, Program } from '../graph/executor.ts';
import { formatNumber } from '../shared/format.ts';
import { MeasuredSpeeds } from './measured-speeds.ts';
import { sharingLimits, threadsHere } from './wasm/threads.ts';

/** An engine that was considered: how fast it was, or why it was not taken. */
export interface Candidate {
  readonly engine: string;
  readonly stepsPerSecond?: number;
  readonly refused?: string;
}

/** The engine taken, with the program loaded and untouched. */
export interface EngineChoice {
  readonly engine: EngineName;
  readonly device: string;
  readonly executor: Executor;
  /** One sentence for the page. */
  readonly why: string;
  readonly candidates: readonly Candidate[];
}

/** How engines are opened; tests put their own here. */
export interface EngineSource {
  open(name: EngineName): Promise<OpenEngine>;
  probe(name: EngineName): Promise<{ readonly device: string; readonly software: boolean }>;
  /** Milliseconds since some moment. */
  now(): number;
  /** What was measured before. */
  readonly measured: MeasuredSpeeds;
  /** Threads that a large program has on the processor. */
  readonly threads: number;
}

const realEngines: EngineSource = {
  open: openEngine,
  probe: probeEngine,
  now: () => performance.now(),
  measured: new MeasuredSpeeds(),
  threads: threadsHere(),
};

/** An engine that could be taken, open. */
interface Timed {
  readonly name: EngineName;
  readonly stepsPerSecond: number;
  readonly executor: Executor;
}

/** Seconds per kernel and arithmetic operations per second, on a middling laptop. Only their ratios matter, and only up to a factor of 3. */
const speeds: Readonly<Record<EngineName, { readonly perKernel: number; readonly flops: number }>> = {
  wasm: { perKernel: 1e-8, flops: 1.5e10 },
  // About five kernels of tfjs share a dispatch.
  webgpu: { perKernel: 3e-6, flops: 1e11 },
  'tfjs-cpu': { perKernel: 1.5e-6, flops: 1.1e9 },
  'tfjs-webgl': { perKernel: 5e-5, flops: 2e10 },
  'tfjs-webgpu': { perKernel: 5e-5, flops: 5e10 },
};

const worthTiming = 3;
/** Milliseconds per candidate, not counting its first step, which compiles shaders. */
const timeToMeasure = 120;
/** Steps of one call at most. */
const longestChunk = 1024;

/** Predicted seconds per step. */
function predictedStep(program: Program, engine: EngineName, threads: number): number {
  const { perKernel, flops } = speeds[engine];
  const graph = program.graphs.step;
  const work = flopsOf(graph);
  const share = engine === 'wasm' && work >= sharingLimits.program ? 1 / threads : 1;
  return dispatchesOf(graph) * perKernel + (work / flops) * share;
}

/** Opens the engine that was asked for, without measuring. Rejects with an `EngineError` if it cannot be had. */
export async function useEngine(name: EngineName, program: Program, source = realEngines): Promise<EngineChoice> {
  const { executor } = await source.open(name);
  await loadOrDispose(executor, program);
  return { engine: name, device: executor.device, executor, why: `${name} was asked for.`, candidates: [{ engine: name }] };
}

/**
 * Chooses among all engines but the `excluded`. `feeds` are the first of the run, at least one. Rejects with kind `unsupported`
 * if no engine can be had. Software GPUs are taken only if nothing else is left.
 */
export async function chooseEngine(
  program: Program,
  feeds: readonly Feed[],
  excluded: readonly string[] = [],
  source = realEngines,
): Promise<EngineChoice> {
  const candidates = new Map<EngineName, Candidate>();
  const refuse = (engine: EngineName, refused: string): void => void candidates.set(engine, { engine, refused });
  for (const name of engineNames) if (excluded.includes(name)) refuse(name, 'It failed before.');
  const left = engineNames
    .filter((name) => !excluded.includes(name))
    .map((name) => ({ name, seconds: predictedStep(program, name, source.threads) }));
  const timed: Timed[] = [];
  const known = source.measured.of(program.graphs.step);
  let allowSoftware = false;
  for (;;) {
    left.sort((a, b) => a.seconds - b.seconds);
    const best = left[0];
    const least = Math.min(
      best?.seconds ?? Number.POSITIVE_INFINITY,
      ...timed.map(({ name }) => predictedStep(program, name, source.threads)),
    );
    if (best === undefined || best.seconds > worthTiming * least) {
      if (timed.length > 0 || allowSoftware) break;
      // Nothing but software is left: better than nothing.
      allowSoftware = true;
      const again = [...candidates.values()].filter(({ refused }) => refused === softwareReason);
      left.push(...again.map(({ engine }) => ({ name: engine as EngineName, seconds: 0 })));
      continue;
    }
    left.shift();
    try {
      const facts = await source.probe(best.name);
      if (facts.software && !allowSoftware) {
        refuse(best.name, softwareReason);
        continue;
      }
      const { executor } = await source.open(best.name);
      const stepsPerSecond = known.get(best.name) ?? (await measureOrDispose(executor, program, feeds, source));
      known.set(best.name, stepsPerSecond);
      timed.push({ name: best.name, executor, stepsPerSecond });
      candidates.set(best.name, { engine: best.name, stepsPerSecond });
    } catch (thrown) {
      refuse(best.name, toEngineError(thrown).message);
    }
  }
  for (const { name } of left) refuse(name, slowerReason);
  const all = engineNames.flatMap((name) => candidates.get(name) ?? []);
  return finish(program, timed, all);
}

const slowerReason = 'Predicted, not measured: more than three times slower for this model.';
const softwareReason = 'Its graphics adapter is a program on the CPU.';

async function finish(program: Program, timed: readonly Timed[], candidates: readonly Candidate[]): Promise<EngineChoice> {
  const [winner, ...others] = [...timed].sort((a, b) => b.stepsPerSecond - a.stepsPerSecond);
  if (winner === undefined) {
    const reasons = candidates.map(({ engine, refused }) => `${engine}: ${refused ?? 'unknown'}`).join(' ');
    throw new EngineError('unsupported', `No engine runs here. ${reasons}`);
  }
  for (const { executor } of others) executor.dispose();
  const { name, executor } = winner;
  await loadOrDispose(executor, program);
  return { engine: name, device: executor.device, executor, why: reason(winner, others, candidates), candidates };
}

async function loadOrDispose(executor: Executor, program: Program): Promise<void> {
  try {
    await executor.load(program);
  } catch (error) {
    executor.dispose();
    throw error;
  }
}

function reason(winner: Timed, others: readonly Timed[], candidates: readonly Candidate[]): string {
  const rate = `${winner.name} makes ${formatNumber(winner.stepsPerSecond, 2)} steps a second with this model`;
  const second = others[0];
  if (second === undefined) {
    const slower = candidates.some(({ refused }) => refused === slowerReason);
    return slower ? `${rate}; no other engine here could come near.` : `${rate}; it is the only one that runs well here.`;
  }
  return `${rate}, ${formatNumber(winner.stepsPerSecond / second.stepsPerSecond, 2)} times as many as ${second.name}.`;
}

async function measureOrDispose(executor: Executor, program: Program, feeds: readonly Feed[], source: EngineSource): Promise<number> {
  try {
    return await measure(executor, program, feeds, source);
  } catch (thrown) {
    executor.dispose();
    throw thrown;
  }
}

/** Steps per second: one step to warm up, then chunks that double until the time is used. Leaves the program changed. */
async function measure(executor: Executor, program: Program, feeds: readonly Feed[], source: EngineSource): Promise<number> {
  await executor.load(program);
  const chunkOf = (size: number): Feed[] =>
    Array.from({ length: size }, (_, index) => feeds[index % feeds.length]).filter((feed) => feed !== undefined);
  await executor.run(chunkOf(1));
  await executor.settled?.();
  const start = source.now();
  let steps = 0;
  for (let chunk = 1; ; chunk = Math.min(2 * chunk, longestChunk)) {
    await executor.run(chunkOf(chunk));
    steps += chunk;
    const elapsed = source.now() - start;
    // The next chunk takes about twice as long as this one: stop where it would run over.
    if (elapsed + (2 * elapsed * chunk) / steps > timeToMeasure) return (1000 * steps) / Math.max(elapsed, 1e-3);
  }
}
