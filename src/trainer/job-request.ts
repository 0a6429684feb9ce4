/** What a job is asked for, and what it uses of its thread. */
import type { Executor, Feed, Program } from '../graph/executor.ts';
import type { Change } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import type { Task } from '../tasks/task.ts';
import type { ReadAsset } from './load-task.ts';
import type { EngineReport, TrainerEvent } from './trainer.ts';

/** Opens the engine for a configuration; `failed` engines are out. `trial` is what `auto` measures with. */
export type OpenEngine = (
  engine: Config['engine'],
  failed: readonly string[],
  trial: { readonly program: Program; readonly feeds: readonly Feed[] },
) => Promise<{ readonly executor: Executor; readonly report: EngineReport }>;

/** What a job uses of its thread. */
export interface JobSurroundings {
  readonly openEngine: OpenEngine;
  readonly emit: (event: TrainerEvent) => void;
  /** Lets waiting messages in, after at least so many seconds. */
  readonly rest: (seconds: number) => Promise<void>;
  /** Seconds on a clock that never goes back. */
  readonly now: () => number;
}

/** What a trainer uses of its thread: what differs between a worker, Node and tests. */
export interface Surroundings extends JobSurroundings {
  readonly readAsset: ReadAsset;
}

/** Which run a job makes. */
export interface JobRequest {
  readonly runId: number;
  readonly config: Config;
  readonly changes: readonly Change[];
  readonly task: Task;
  /** Engines that have failed this run. */
  readonly failed: readonly string[];
}
