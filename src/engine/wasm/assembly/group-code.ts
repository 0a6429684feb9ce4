/**
 * A group of elementwise operations as one loop over vectors: every operand is loaded once, every intermediate result stays in a local, and
 * only what others read is stored.
 *
 * A group that repeats rows or columns goes row by row. The last one to three elements, of the whole or of each row, are computed as a full
 * vector of which only they are stored, and counted in sums.
 */
import type { NodeId } from '../../../graph/graph.ts';
import type { OperationName } from '../../plan/elementwise.ts';
import type { Operand } from '../../plan/operands.ts';
import type { Group, Member } from '../instructions.ts';
import type { Values } from '../../plan/values.ts';
import { op } from './bytes.ts';
import type { FunctionBody } from './module.ts';
import { operations } from './operations.ts';
import { accumulators, runElements, runsOf, runTurns } from './run-sums.ts';
import { SumCode } from './sum-code.ts';
import { VectorCode, type VectorContext } from './vector-code.ts';

/** What the code needs to know of the plan around it. */
export interface GroupContext extends VectorContext {
  readonly values: Values;
  /** Address of any value that is in memory. */
  readonly address: (id: NodeId) => number;
  /** False for values that only their own group reads. */
  readonly isInMemory: (root: NodeId) => boolean;
}

const vectorBytes = 16;
const vectorsUnrolled = 12;
/** Vectors that go through all operations together; with more, and sums besides, registers run out. */
const vectorsAtOnce = 2;
/** Where a vector is: offsets of this many bytes, and locals that count further, for elements, for places in a row and for rows. */
interface Position {
  readonly element: number | undefined;
  readonly column: number | undefined;
  readonly bytes: number;
  /** Which accumulator of sums it goes to. */
  readonly turn?: number;
  /** Elements to store, 1 to 4. */
  readonly lanes: number;
}

/**
 * A slice of a group: the local that counts slices, and how many vectors each has, or rows where there are rows, or runs where there are sums, whose
 * sums over each run go to `runSums`. With `blocks`, a local that says how many, it is so many slices from that one on, and none is shorter.
 */
export interface GroupSlice {
  readonly slice: number;
  readonly per: number;
  readonly runSums?: number;
  readonly blocks?: number;
}

/** Writes the code that carries a group out, or the slice of it that a local names, if it has more than `vectorsUnrolled` vectors. */
export function writeGroup(body: FunctionBody, group: Group, context: GroupContext, slice?: GroupSlice): void {
  new GroupCode(body, group, context, slice).write();
}

class GroupCode {
  private readonly group: Group;
  private readonly context: GroupContext;
  private readonly body: FunctionBody;
  private readonly code: VectorCode;
  /** Locals of cells and columns, which stay the same for many vectors, and of the present vector's values. */
  private readonly fixed = new Map<string, number>();
  private readonly results = new Map<NodeId, number>();
  private readonly slice: GroupSlice | undefined;
  private sums: readonly SumCode[] = [];

  constructor(body: FunctionBody, group: Group, context: GroupContext, slice?: GroupSlice) {
    this.slice = slice;
    this.body = body;
    this.group = group;
    this.context = context;
    this.code = new VectorCode(body, context);
  }

  write(): void {
    const { size, columns, members } = this.group;
    this.code.begin();
    for (const operand of members.flatMap(({ operands }) => operands)) if (operand.kind === 'cell') this.loadCell(operand);
    const vectors = Math.floor(size / 4);
    const isLong = columns === undefined && vectors > vectorsUnrolled && this.group.sums.length > 0;
    const inRuns = columns !== undefined || (isLong && vectors > accumulators * runTurns);
    const several = columns === undefined && vectors >= accumulators ? accumulators : 1;
    this.sums = this.group.sums.map(() => new SumCode(this.code, several, inRuns && this.slice === undefined));
    if (columns !== undefined) this.rows(size / columns, columns);
    else if (size === 1) this.vector({ element: undefined, column: undefined, bytes: 0, lanes: 4 });
    else if (isLong && this.slice !== undefined) this.slicedRuns(size, this.slice);
    else if (isLong) this.longStretch(size, vectors);
    else this.stretch(size, vectors);
    if (this.slice === undefined) this.group.sums.forEach(({ id }, index) => this.sums[index]?.finish(this.context.address(id)));
    this.code.end();
  }

  /** All elements in a row, without repetition. */
  private stretch(size: number, vectors: number): void {
    // Slices end where they like, blocks do not.
    const isEven = this.slice === undefined || (this.slice.blocks !== undefined && this.slice.per % vectorsAtOnce === 0);
    const together = isEven ? vectorsAtOnce : 1;
    const looped = vectors <= vectorsUnrolled ? 0 : vectors - (vectors % together);
    if (looped > 0) {
      const element = this.body.local('i32');
      const content = (): void => {
        this.vectors(0, together, (i) => ({ element, column: undefined, bytes: i * vectorBytes, lanes: 4 }));
      };
      this.slicedLoop(element, looped * vectorBytes, together * vectorBytes, content, vectorBytes);
    }
    if (4 * looped === size) return;
    const at = (i: number): Position => ({
      ...{ element: undefined, column: undefined, bytes: i * vectorBytes },
      ...{ turn: i, lanes: Math.min(4, size - 4 * i) },
    });
    // Never twice: new states may be written over old ones.
    if (this.slice !== undefined) this.body.emit(op.get(this.slice.slice), op.i32(0), op.i32Equal, op.when);
    for (let i = looped; 4 * i < size; i += together) this.vectors(i, Math.min(i + together, Math.ceil(size / 4)), at);
    if (this.slice !== undefined) this.body.emit(op.end);
  }

  /** Vectors from one to before another, step by step side by side. */
  private vectors(from: number, to: number, at: (index: number) => Position): void {
    this.body.interleave(
      Array.from({ length: to - from }, (_, i) => () => {
        this.vector(at(from + i));
      }),
    );
  }

  /** The same with sums, in runs of turns. */
  private longStretch(size: number, vectors: number): void {
    const [element, run] = [this.body.local('i32'), this.body.local('i32')];
    const turns = Math.floor(vectors / accumulators);
    this.body.emit(op.i32(0), op.set(element));
    if (turns > runTurns)
      this.loop(run, Math.floor(turns / runTurns), 1, () => {
        this.turns(element, runTurns);
        for (const sum of this.sums) sum.endRun();
      });
    this.rest(element, size, turns <= runTurns ? turns : turns % runTurns);
  }

  /** A slice of the same: whole runs, and with the first slice what they leave over; what each comes to goes to memory of its own. */
  private slicedRuns(size: number, { slice, runSums = 0 }: GroupSlice): void {
    const [element, run] = [this.body.local('i32'), this.body.local('i32')];
    const runs = runsOf(this.group);
    const leave = (): void => {
      this.sums.forEach((sum, index) => {
        this.body.emit(op.get(run), op.get(sum.takeRun()), op.store(runSums + index * (runs + 1) * vectorBytes));
      });
    };
    this.body.emit(...this.sliceBegin(4 * runElements), op.set(element));
    this.slicedLoop(run, runs * vectorBytes, vectorBytes, () => {
      this.turns(element, runTurns);
      leave();
    });
    this.body.emit(op.get(slice), op.i32(0), op.i32Equal, op.when);
    this.body.emit(op.i32(4 * runElements * runs), op.set(element), op.i32(runs * vectorBytes), op.set(run));
    this.rest(element, size, Math.floor((size % runElements) / (4 * accumulators)));
    leave();
    this.body.emit(op.end);
  }

  /** So many turns, a vector for each accumulator in each. */
  private turns(element: number, count: number): void {
    this.loop(this.body.local('i32'), count, 1, () => {
      for (let first = 0; first < accumulators; first += vectorsAtOnce)
        this.vectors(first, first + vectorsAtOnce, (i) => ({ element, column: undefined, bytes: i * vectorBytes, turn: i, lanes: 4 }));
      this.advance(element, accumulators * vectorBytes);
    });
  }

  /** The last turns, and the vectors that they leave over. */
  private rest(element: number, size: number, turns: number): void {
    if (turns > 0) this.turns(element, turns);
    const done = Math.floor(size / (4 * accumulators)) * accumulators;
    for (let i = done; i * 4 < size; i++)
      this.vector({ element: undefined, column: undefined, bytes: i * vectorBytes, turn: i, lanes: Math.min(4, size - 4 * i) });
  }

  private rows(rows: number, columns: number): void {
    const [element, column, row] = [this.body.local('i32'), this.body.local('i32'), this.body.local('i32')];
    const inColumns = this.group.members.flatMap(({ operands }) => operands).filter(({ kind }) => kind === 'column');
    for (const operand of inColumns) this.fixed.set(keyOf(operand), this.body.local('v128'));
    const whole = Math.floor(columns / 4) * vectorBytes;
    if (this.slice !== undefined) this.body.emit(...this.sliceBegin(4 * columns), op.set(element));
    this.slicedLoop(row, rows * 4, 4, () => {
      for (const operand of new Map(inColumns.map((one) => [keyOf(one), one])).values())
        this.body.emit(op.get(row), op.loadSplat(this.context.address(operand.source)), op.set(this.fixed.get(keyOf(operand)) ?? -1));
      const vector = (bytes: number, lanes: number): void => {
        this.vector({ element, column, bytes, lanes });
      };
      if (whole > 0)
        this.loop(column, whole, vectorBytes, () => {
          vector(0, 4);
          this.advance(element, vectorBytes);
        });
      if (columns % 4 > 0) {
        this.body.emit(op.i32(whole), op.set(column));
        vector(0, columns % 4);
        this.advance(element, (columns % 4) * 4);
      }
      for (const sum of this.sums) sum.endRun();
    });
  }

  private advance(local: number, bytes: number): void {
    this.body.emit(op.get(local), op.i32(bytes), op.i32Add, op.set(local));
  }

  /** Repeats with `local` from 0 to before `end`, at least once. */
  private loop(local: number, end: number, step: number, content: () => void): void {
    this.body.words.forget();
    this.body.emit(op.i32(0), op.set(local), op.loop);
    content();
    this.body.emit(op.get(local), op.i32(step), op.i32Add, op.tee(local), op.i32(end), op.i32Below, op.repeatIf, op.end);
    this.body.words.forget();
  }

  /** The same, or from where the slice begins to before where it or all ends; no slice is empty. `each`: bytes of a thing of which a slice has `per`. */
  private slicedLoop(local: number, end: number, step: number, content: () => void, each = step): void {
    if (this.slice === undefined) {
      this.loop(local, end, step, content);
      return;
    }
    this.body.words.forget();
    const [mine, last, bytes] = [this.body.local('i32'), op.i32(end), op.i32(this.slice.per * each)];
    const { blocks } = this.slice;
    const length = blocks === undefined ? [bytes] : [op.get(blocks), bytes, op.i32Mul];
    this.body.emit(...this.sliceBegin(each), op.tee(local), ...length, op.i32Add, op.set(mine));
    if (blocks === undefined) this.body.emit(op.get(mine), last, op.get(mine), last, op.i32Below, op.select, op.set(mine));
    this.body.emit(op.loop);
    content();
    this.body.emit(op.get(local), op.i32(step), op.i32Add, op.tee(local), op.get(mine), op.i32Below, op.repeatIf, op.end);
    this.body.words.forget();
  }

  /** Where the slice begins, if each of what it has takes so many bytes. */
  private sliceBegin(bytes: number): readonly (readonly number[])[] {
    const { slice = 0, per = 0 } = this.slice ?? {};
    return [op.get(slice), op.i32(per * bytes), op.i32Mul];
  }

  private loadCell(operand: Operand): void {
    if (this.isOwn(operand) || this.fixed.has(keyOf(operand))) return;
    this.fixed.set(keyOf(operand), this.body.words.load(this.context.address(operand.source)));
  }

  /** Whether an operand is a result of this group. */
  private isOwn({ kind, source }: Operand): boolean {
    return (kind === 'full' || kind === 'cell') && this.group.members.some(({ id }) => id === this.context.values.view(source).root);
  }

  /** One vector through all operations. */
  private vector(position: Position): void {
    const loaded = new Map<string, number>();
    for (const member of this.group.members) this.member(member, position, loaded);
    this.group.sums.forEach(({ member }, index) => {
      this.sums[index]?.add(this.results.get(member) ?? -1, position.turn ?? 0, position.lanes);
    });
  }

  private member({ id, operands }: Member, position: Position, loaded: Map<string, number>): void {
    const { values, address, isInMemory } = this.context;
    const [a = -1, b = -1, c = -1] = operands.map((operand) => this.operand(operand, position, loaded));
    const result = operations[values.node(id).op as OperationName](this.code, a, b, c);
    this.results.set(id, result);
    if (isInMemory(id)) this.store(result, address(id), position);
  }

  /** The local that holds an operand's vector. */
  private operand(operand: Operand, position: Position, loaded: Map<string, number>): number {
    if (this.isOwn(operand)) return this.results.get(this.context.values.view(operand.source).root) ?? -1;
    const key = keyOf(operand);
    const known = this.fixed.get(key) ?? loaded.get(key);
    if (known !== undefined) return known;
    const counter = operand.kind === 'row' ? position.column : position.element;
    const address = this.context.address(operand.source) + position.bytes;
    const local = counter === undefined ? this.body.words.load(address, position.lanes) : this.code.made(op.get(counter), op.load(address));
    loaded.set(key, local);
    return local;
  }

  private store(local: number, address: number, { element, bytes, lanes }: Position): void {
    if (element === undefined) this.body.words.store(address + bytes, local, lanes);
    else this.body.emit(...op.storeLanes(op.get(element), local, address + bytes, lanes));
  }
}

function keyOf({ kind, source }: Operand): string {
  return `${kind} ${String(source)}`;
}
