/** Writes the stages of a plan: alone, in blocks of a batch, or beside each other. */
import { EngineError } from '../engine-error.ts';
import { writeGroup, type GroupContext } from './assembly/group-code.ts';
import { jobSlice } from './assembly/job-code.ts';
import type { FunctionBody } from './assembly/module.ts';
import { runSumFloats, writeRunSums } from './assembly/run-sums.ts';
import { writeSmall, type Small } from './assembly/small-code.ts';
import { expansionCalls, singleCalls, type CallContext } from './calls.ts';
import type { Call } from './kernels.ts';
import { blocksAt, type PlanCode } from './plan-code.ts';
import type { Rooms } from './rooms.ts';
import type { Group, Instruction } from './instructions.ts';
import { cutBeside, cutFor, cutGroup, cutInBlocks, sliced, type SlicedCall } from './slices.ts';
import type { Stage, Task } from './stages.ts';
import type { Sharing } from './threads.ts';

/** What stages are written with. */
export interface StageContext {
  readonly code: PlanCode;
  readonly calls: CallContext;
  readonly groups: GroupContext;
  readonly sharing: Sharing;
  readonly rooms: Rooms;
}

/** Writes stages one after another. */
export function writeStages(stages: readonly Stage[], context: StageContext): void {
  for (const stage of stages)
    switch (stage.kind) {
      case 'one':
        one(stage.instruction, context);
        break;
      case 'blocks':
        blocks(stage, context);
        break;
      case 'apart':
        apart(stage.tasks, context);
        break;
    }
}

function one(instruction: Instruction, context: StageContext): void {
  const { code, calls, groups, sharing, rooms } = context;
  if (instruction.kind === 'group') group(instruction, context);
  else
    for (const call of callsOf(instruction, calls))
      if ('kind' in call) writeSmall(code.open(), call, groups);
      else code.call(call, sliced(call, { cut: cutFor(sharing), threads: sharing.threads, roomBytes: rooms.roomBytes }));
}

function group(instruction: Group, { code, calls, groups, sharing }: StageContext): void {
  const parts = cutGroup(instruction, cutFor(sharing));
  if (parts === undefined) {
    writeGroup(code.open(), instruction, groups);
    return;
  }
  const hasSums = instruction.sums.length > 0;
  const runSums = hasSums ? calls.scratch(runSumFloats(instruction)) : 0;
  code.job(parts.slices, (body) => {
    writeGroup(body, instruction, groups, { slice: jobSlice, per: parts.per, runSums });
  });
  if (hasSums) writeRunSums(code.open(), instruction, groups, runSums);
}

function blocks(stage: Extract<Stage, { kind: 'blocks' }>, context: StageContext): void {
  const parts = context.rooms.together(() => stage.instructions.map((instruction) => inBlocks(instruction, stage.blocks, context)));
  context.code.blocks(stage.blocks, stage.per, parts);
}

/** Writes an instruction for some of so many blocks. */
function inBlocks(
  instruction: Instruction,
  count: number,
  { code, calls, groups, sharing, rooms }: StageContext,
): (body: FunctionBody) => void {
  if (instruction.kind === 'group') {
    const { size, columns } = instruction;
    const per = (columns === undefined ? size / 4 : size / columns) / count;
    return (body) => {
      writeGroup(body, instruction, groups, { ...blocksAt, per });
    };
  }
  const [call, ...others] = callsOf(instruction, calls);
  const isCall = call !== undefined && !('kind' in call) && others.length === 0;
  const how = { cut: cutInBlocks(count), threads: sharing.threads, isByRows: true, roomBytes: rooms.roomBytes };
  const slices = isCall ? sliced(call, how) : undefined;
  if (slices === undefined) throw new EngineError('internal', `A ${instruction.kind} is not done block by block.`);
  return (body) => {
    code.callInBlocks(body, slices);
  };
}

/** Slices for each thread among which what is done beside each other is dealt. */
const sharesPerThread = 6;

function apart(tasks: readonly Task[], { code, calls, sharing, rooms }: StageContext): void {
  const { threads } = sharing;
  const share = tasks.reduce((sum, { work }) => sum + work, 0) / (threads * sharesPerThread);
  const how = { cut: cutBeside(share), threads, roomBytes: rooms.roomBytes };
  const all = rooms.together(() =>
    tasks.flatMap(({ instruction, work }) =>
      callsOf(instruction, calls).map((call) => {
        if ('kind' in call) throw new EngineError('internal', `${call.kind} is not done beside others.`);
        const [kernel, ...operands] = call;
        const slices: SlicedCall = sliced(call, how) ?? { kernel, slices: 1, operands };
        return { call, slices, work: work / slices.slices };
      }),
    ),
  );
  // The last slice is taken first: what takes longest must not come at the end.
  code.apart(all.sort((a, b) => a.work - b.work));
}

function callsOf(instruction: Exclude<Instruction, Group>, context: CallContext): readonly (Call | Small)[] {
  return instruction.kind === 'single' ? singleCalls(instruction, context) : expansionCalls(instruction, context);
}
