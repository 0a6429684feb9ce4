/**
 * The stages of a plan that threads share: what they do between one waiting for each other and the next.
 *
 * Handing work over takes some microseconds, everyone waits for the last at the end of it, and what another thread has written comes from that one's
 * cache. So instructions whose blocks (`blocks.ts`) depend on nothing but the same blocks of others are one stage, in which each thread takes a part of the
 * batch through all of them: of a transformer all of the way forward, and all of the way back but for the gradients of weights. These sum over
 * the batch; none depends on another, and they are a stage together.
 */
import { flopsOfNode } from '../../graph/cost.ts';
import type { NodeId } from '../../graph/graph.ts';
import { areSmallSums } from './assembly/small-code.ts';
import { BlockStage } from './block-stage.ts';
import { blockedBy, type Blocked } from './blocks.ts';
import { isLargeProduct, productSize } from './products.ts';
import { resultsOf, sourcesOf, type Instruction, type Single } from './instructions.ts';
import type { Sharing } from './threads.ts';
import type { Values } from '../plan/values.ts';

/** What is done between two waitings: one instruction; several by `per` of so many blocks at a time; or several that know nothing of each other. */
export type Stage =
  | { readonly kind: 'one'; readonly instruction: Instruction }
  | { readonly kind: 'blocks'; readonly blocks: number; readonly per: number; readonly instructions: readonly Instruction[] }
  | { readonly kind: 'apart'; readonly tasks: readonly Task[] };

/** An instruction and its work, in the unit of `SharingLimits`. */
export interface Task {
  readonly instruction: Single;
  readonly work: number;
}

/**
 * Puts instructions into stages, in an order of their own; as they come where nothing is gained. `lasting`: values that replace states, which others may
 * still have to read as they were.
 */
export function stagesOf(
  values: Values,
  instructions: readonly Instruction[],
  sharing: Sharing,
  lasting: ReadonlySet<NodeId>,
): readonly Stage[] {
  const alone = instructions.map((instruction): Stage => ({ kind: 'one', instruction }));
  if (sharing.threads < 2) return alone;
  const stages = new Staging(values, instructions, sharing, lasting).stages();
  return stages.some(({ kind }) => kind !== 'one') ? stages : alone;
}

/** An instruction on its way into a stage. */
interface Step {
  readonly instruction: Instruction;
  readonly work: number;
  readonly blocked: Blocked | undefined;
  /** It sums over the batch, and can wait for others of its kind. */
  readonly isApart: boolean;
  /** It comes after everything that may have to read what it replaces. */
  readonly isLast: boolean;
  /** Its place among the instructions. */
  readonly place: number;
  readonly readBy: Step[];
  /** So many that it reads of have no place yet. */
  missing: number;
}

class Staging {
  private readonly values: Values;
  private readonly sharing: Sharing;
  private readonly found: Stage[] = [];
  /** What could come next, in the order of the instructions. */
  private readonly ready: Step[] = [];
  private readonly steps: readonly Step[];

  constructor(values: Values, instructions: readonly Instruction[], sharing: Sharing, lasting: ReadonlySet<NodeId>) {
    this.values = values;
    this.sharing = sharing;
    this.steps = instructions.map((instruction, place): Step => {
      const isLast = resultsOf(instruction).some((id) => lasting.has(id));
      const blocked = isLast ? undefined : blockedBy(values, instruction);
      return {
        ...{ instruction, place, isLast, work: workOf(values, instruction), isApart: isApart(values, instruction) },
        blocked: blocked !== undefined && blocked.count >= blocked.least * sharing.threads ? blocked : undefined,
        ...{ readBy: [], missing: 0 },
      };
    });
    this.connect();
  }

  stages(): readonly Stage[] {
    this.ready.push(...this.steps.filter(({ missing }) => missing === 0));
    for (;;) {
      const next = this.next();
      if (next === undefined) return this.found;
      if (next.isApart) this.apart(this.ready.filter((step) => step.isApart));
      else if (next.blocked !== undefined) this.blocks(next, next.blocked);
      else this.one(next);
    }
  }

  /** What others may wait for goes first, so that stages of blocks are as long as can be; what sums over the batch waits for more of its kind. */
  private next(): Step | undefined {
    const early = this.ready.filter((step) => !step.isApart && !step.isLast);
    return (
      early.find(({ blocked }) => blocked === undefined) ?? early[0] ?? this.ready.find(({ isApart: waits }) => waits) ?? this.ready[0]
    );
  }

  private connect(): void {
    const makers = new Map<NodeId, Step>();
    for (const step of this.steps) {
      const before = new Set(sourcesOf(this.values, step.instruction).map((id) => makers.get(this.values.view(id).root)));
      for (const maker of before) {
        if (maker === undefined) continue;
        maker.readBy.push(step);
        step.missing++;
      }
      for (const id of resultsOf(step.instruction)) makers.set(id, step);
    }
  }

  /** Takes a step from those that are ready; what waited for it only is ready then. */
  private take(step: Step): Step {
    this.ready.splice(this.ready.indexOf(step), 1);
    const freed = step.readBy.filter((reader) => --reader.missing === 0);
    if (freed.length > 0) {
      this.ready.push(...freed);
      this.ready.sort((a, b) => a.place - b.place);
    }
    return step;
  }

  private one(step: Step): void {
    this.found.push({ kind: 'one', instruction: this.take(step).instruction });
  }

  /** A stage that begins with a step, and all that can join it. */
  private blocks(first: Step, { count }: Blocked): void {
    const stage = new BlockStage(this.values, this.sharing.threads, count);
    const steps: Step[] = [];
    for (let next: Step | undefined = first; next !== undefined; next = this.ready.find(({ blocked }) => blocked && stage.takes(blocked))) {
      if (next.blocked !== undefined) stage.add(next.blocked);
      steps.push(this.take(next));
    }
    const per = this.isWorthIt(steps) ? stage.perSlice() : stage.blocks;
    const instructions = steps.map(({ instruction }) => instruction);
    if (per < stage.blocks) this.found.push({ kind: 'blocks', blocks: stage.blocks, per, instructions });
    else for (const instruction of instructions) this.found.push({ kind: 'one', instruction });
  }

  private apart(steps: readonly Step[]): void {
    for (const step of steps) this.take(step);
    const tasks = steps.flatMap(({ instruction, work }) => (instruction.kind === 'single' ? [{ instruction, work }] : []));
    if (this.isWorthIt(steps)) this.found.push({ kind: 'apart', tasks });
    else for (const { instruction } of tasks) this.found.push({ kind: 'one', instruction });
  }

  private isWorthIt(steps: readonly Step[]): boolean {
    return steps.length > 1 && steps.reduce((sum, { work }) => sum + work, 0) >= this.sharing.limits.job;
  }
}

/** Sums over a batch that are kernels of their own. */
function isApart(values: Values, instruction: Instruction): boolean {
  if (instruction.kind !== 'single') return false;
  const node = values.node(instruction.id);
  switch (node.op) {
    case 'sum': {
      const columns = values.size(instruction.id);
      const isOverFirst = node.axes.every((axis) => axis < node.axes.length);
      return isOverFirst && columns > 1 && !areSmallSums(values.size(node.inputs[0] ?? -1) / columns, columns);
    }
    case 'matMul':
      return node.transposeA && isLargeProduct(productSize(values, node));
    default:
      return node.op === 'gatherGradient' || node.op === 'conv2dKernelGradient';
  }
}

/** Flops of kernels that take as long as one elementary operation. */
const rates: Readonly<Record<string, number>> = {
  matMul: 12,
  dropoutMask: 0.25,
  conv2d: 8,
  conv2dInputGradient: 8,
  conv2dKernelGradient: 8,
  causalAttention: 6,
  causalAttentionGradient: 6,
};

function workOf(values: Values, instruction: Instruction): number {
  if (instruction.kind === 'group') return instruction.members.length * instruction.size;
  if (instruction.kind === 'expansion') return instruction.size;
  const node = values.node(instruction.id);
  return flopsOfNode(values.graph, node) / (rates[node.op] ?? 1);
}

/** The instructions of a stage. */
export function instructionsOf(stage: Stage): readonly Instruction[] {
  switch (stage.kind) {
    case 'one':
      return [stage.instruction];
    case 'blocks':
      return stage.instructions;
    case 'apart':
      return stage.tasks.map(({ instruction }) => instruction);
  }
}
