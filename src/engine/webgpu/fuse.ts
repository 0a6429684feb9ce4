/**
 * Joins what the schedule made, because every instruction less is a pass over memory less and often a dispatch less: a group goes on with the elements
 * of a product or a sum as they are made (bias, activation, its slope), and a sum takes those of a group. Long sums are begun in parts.
 *
 * Nothing is joined that would make an instruction wait for more than it must.
 */
import type { NodeId } from '../../graph/graph.ts';
import { inputsOf, resultsOf, sourcesOf, type Group, type Instruction, type Parts, type Single } from '../planning/instructions.ts';
import type { Values } from '../planning/values.ts';

/** Answers the joined instructions; each comes after what it reads. `partsOf`: into how many parts the sums of a node are best cut. */
export function fuse(values: Values, scheduled: readonly Instruction[], partsOf: (id: NodeId) => number): readonly Instruction[] {
  const joiner = new Joiner(values);
  let next = values.graph.nodes.length;
  for (const instruction of scheduled) {
    const count = instruction.kind === 'single' ? partsOf(instruction.id) : 1;
    if (instruction.kind === 'single' && count > 1) {
      const { id, result } = instruction;
      const source = next++;
      joiner.add({ kind: 'parts', id, result: source, size: count * values.size(id), count });
      joiner.add({ kind: 'single', id, result, parts: { source, count } });
    } else joiner.add(instruction);
  }
  return joiner.instructions;
}

class Joiner {
  instructions: Instruction[] = [];
  private readonly values: Values;
  private readonly makers = new Map<NodeId, Instruction>();
  /** How many instructions must be carried out one after another before a value is there. */
  private readonly levels = new Map<NodeId, number>();

  constructor(values: Values) {
    this.values = values;
  }

  add(instruction: Instruction): void {
    if (instruction.kind === 'group') {
      const head = this.headOf(instruction);
      if (head !== undefined) {
        this.instructions = this.instructions.filter((other) => other !== head);
        instruction.head = head;
      }
    } else if (instruction.kind !== 'expansion') {
      const group = this.groupBefore(instruction);
      if (group !== undefined) {
        group.tail = instruction;
        this.makers.set(instruction.result, group);
        this.levels.set(instruction.result, Math.max(...group.members.map(({ id }) => this.level(id))));
        return;
      }
    }
    this.instructions.push(instruction);
    const level = 1 + this.ready(instruction);
    for (const result of resultsOf(instruction)) {
      this.makers.set(result, instruction);
      this.levels.set(result, level);
    }
  }

  private level(id: NodeId): number {
    return this.levels.get(this.values.view(id).root) ?? 0;
  }

  /** Level of the latest of what an instruction reads. */
  private ready(instruction: Instruction): number {
    const own = new Set(resultsOf(instruction));
    const read = sourcesOf(this.values, instruction).filter((id) => !own.has(this.values.view(id).root));
    return Math.max(0, ...read.map((id) => this.level(id)));
  }

  /** The instruction whose elements a group can go on with: the rest of what it reads is there when that begins. */
  private headOf(group: Group): Single | undefined {
    const operands = group.members.flatMap((member) => member.operands);
    for (const { source } of operands) {
      const { root } = this.values.view(source);
      const maker = this.makers.get(root);
      if (maker?.kind !== 'single' || this.values.node(maker.id).op === 'concat' || this.values.size(root) !== group.size) continue;
      const begins = this.ready(maker);
      const fits = operands.every(({ kind, source: other }) => {
        const view = this.values.view(other);
        if (view.root === root) return view.offset === 0 && (kind === 'full' || (kind === 'cell' && group.size === 1));
        return group.members.some(({ id }) => id === view.root) || this.level(other) <= begins;
      });
      if (fits) return maker;
    }
    return undefined;
  }

  /** The group whose elements a reduction can take as they are made. */
  private groupBefore(instruction: Single | Parts): Group | undefined {
    const { op } = this.values.node(instruction.id);
    const [input] = inputsOf(this.values, instruction);
    if ((op !== 'sum' && op !== 'max') || input === undefined || (instruction.kind === 'single' && instruction.parts !== undefined))
      return undefined;
    const { root, offset } = this.values.view(input);
    const maker = this.makers.get(root);
    if (maker?.kind !== 'group' || maker.head !== undefined || maker.tail !== undefined) return undefined;
    return offset === 0 && this.values.size(input) === maker.size && maker.members.some(({ id }) => id === root) ? maker : undefined;
  }
}
