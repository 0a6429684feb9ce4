/** A stage of blocks while it is put together: what may join it, and how many blocks are a slice. */
import type { NodeId } from '../../graph/graph.ts';
import type { Values } from '../plan/values.ts';
import type { Blocked, Stretch } from './blocks.ts';

/** Rows that packing the right side of a product costs each slice, at a typical width, and the part of a slice that the slowest is waited for. */
const [packedRows, waitedFor] = [3, 0.05];
/** Slices for each thread, at most. */
const mostPerThread = 4;

/** A stage of blocks that still takes instructions. */
export class BlockStage {
  blocks: number;
  private readonly values: Values;
  private readonly threads: number;
  private readonly made = new Map<NodeId, Stretch[]>();
  /** The most things that an instruction has of which a slice should have some number at least, and that number. */
  private rows = 0;
  private least = 1;

  constructor(values: Values, threads: number, blocks: number) {
    this.values = values;
    this.threads = threads;
    this.blocks = blocks;
  }

  /** Whether all that it reads of this stage are its own blocks, and there are still blocks for everyone. */
  takes({ count, alike, whole }: Blocked): boolean {
    const blocks = commonDivisor(this.blocks, count);
    return (
      (blocks >= 4 * this.threads || (blocks >= this.threads && blocks % this.threads === 0)) &&
      whole.every((id) => !this.made.has(this.values.view(id).root)) &&
      alike.every((id) => this.isItsBlocks(id))
    );
  }

  add({ count, least, makes }: Blocked): void {
    this.blocks = commonDivisor(this.blocks, count);
    if (least > 1) [this.rows, this.least] = [Math.max(this.rows, count), least];
    for (const stretch of makes) this.made.set(stretch.root, [...(this.made.get(stretch.root) ?? []), stretch]);
  }

  /** Blocks in a slice, so that the last thread is done as early as can be; all of them if there is one slice. */
  perSlice(): number {
    const rows = Math.max(1, this.rows) / this.blocks;
    const packed = this.rows === 0 ? 0 : packedRows;
    const cost = (per: number): number => {
      const turns = Math.ceil(Math.ceil(this.blocks / per) / this.threads);
      return turns * (per * rows + packed) + waitedFor * per * rows;
    };
    const least = this.rows === 0 ? 1 : Math.ceil(this.least / rows);
    let best = Math.max(least, Math.ceil(this.blocks / this.threads));
    for (let slices = this.threads; slices <= this.threads * mostPerThread; slices++) {
      const per = Math.max(least, Math.ceil(this.blocks / slices));
      if (cost(per) < cost(best)) best = per;
    }
    return Math.min(best, this.blocks);
  }

  private isItsBlocks(id: NodeId): boolean {
    const { root, offset } = this.values.view(id);
    const stretches = this.made.get(root);
    return stretches === undefined || stretches.some((made) => made.offset === offset && made.size === this.values.size(id));
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
