/**
 * What memory holds, as far as the code of a function knows it: which word lies in which lane of which local. Whoever reads a word that was just
 * written takes it from there, since a processor hands what it stores to a load only after some twenty cycles.
 *
 * Only addresses that are constants are known. The locals named here must not change any more. Every store of the function goes through this, or
 * `forget` follows it.
 */
import { op } from './bytes.ts';

/** Where code and locals are put. */
interface Target {
  local(type: 'v128'): number;
  emit(...instructions: readonly (readonly number[])[]): number[];
}

interface Place {
  readonly local: number;
  readonly lane: number;
}

/** A store that may turn out to be of no use. */
interface Store {
  readonly code: number[];
  isRead: boolean;
}

const wordBytes = 4;

/** The words that one function knows. */
export class KnownWords {
  private readonly places = new Map<number, Place>();
  /** The last stores, by each of their words, and all of them with their addresses. */
  private readonly lastStores = new Map<number, Store>();
  private readonly stores: { readonly store: Store; readonly address: number }[] = [];
  private readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  /** A local with the `lanes` words from an address on; what its other lanes hold is open. */
  load(address: number, lanes = 4): number {
    const places = Array.from({ length: lanes }, (_, lane) => this.places.get(address + lane * wordBytes));
    if (places.every((place) => place !== undefined)) return this.joined(places);
    for (let lane = 0; lane < lanes; lane++) this.read(address + lane * wordBytes);
    const local = this.made(op.i32(0), op.load(address));
    for (let lane = 0; lane < 4; lane++) {
      const word = address + lane * wordBytes;
      // Of what was stored and is not asked for, the store may be taken back.
      if (lane < lanes || !this.lastStores.has(word)) this.places.set(word, { local, lane });
    }
    return local;
  }

  /** A local with a word in each lane. */
  spread(address: number): number {
    this.load(address, 1);
    return this.gather([address, address, address, address]);
  }

  /** A local with words from up to four addresses. */
  gather(addresses: readonly number[]): number {
    const places = addresses.map((address) => this.places.get(address));
    if (places.every((place) => place !== undefined)) return this.joined(places);
    addresses.forEach((address) => {
      this.read(address);
    });
    const [first = 0, ...others] = addresses;
    let vector = this.made(op.i32(0), op.loadF32(first), op.splatF32);
    others.forEach((address, index) => {
      vector = this.made(op.i32(0), op.get(vector), op.loadLane(address, index + 1));
    });
    return vector;
  }

  /** Stores the first `lanes` (1 to 4) of a local that will not change. */
  store(address: number, local: number, lanes: number): void {
    const store = { code: this.target.emit(...op.storeLanes(op.i32(0), local, address, lanes)), isRead: false };
    this.stores.push({ store, address });
    for (let lane = 0; lane < lanes; lane++) {
      this.places.set(address + lane * wordBytes, { local, lane });
      this.lastStores.set(address + lane * wordBytes, store);
    }
  }

  /** Stores in one place the word of another. */
  move(to: number, from: number): void {
    const local = this.load(from, 1);
    this.store(to, this.places.get(from)?.lane === 0 ? local : this.spread(from), 1);
  }

  /** After what may have read and written anywhere. */
  forget(): void {
    this.readAll();
    this.places.clear();
    this.lastStores.clear();
  }

  /** Takes back stores that nobody read, as far as nobody outside the function reads there either. */
  dropStores(isPrivate: (address: number) => boolean): void {
    for (const { store, address } of this.stores) if (!store.isRead && isPrivate(address)) store.code.length = 0;
  }

  /** After what may have read anywhere. */
  readAll(): void {
    for (const store of this.lastStores.values()) store.isRead = true;
  }

  /** After code of its own has read a word, or where somebody outside will. */
  read(address: number): void {
    const store = this.lastStores.get(address);
    if (store !== undefined) store.isRead = true;
  }

  /** Words from any locals side by side. */
  private joined(places: readonly Place[]): number {
    const [first] = places;
    if (first !== undefined && places.every(({ local, lane }, index) => local === first.local && lane === index)) return first.local;
    const [a = -1, b = a, ...others] = [...new Set(places.map(({ local }) => local))];
    const four = [0, 1, 2, 3].map((lane) => places[lane] ?? first);
    const lanes = four.map((place) => (place?.local === a ? place.lane : place?.local === b ? 4 + place.lane : 0));
    let vector = this.made(op.get(a), op.get(b), op.shuffle(...lanes));
    for (const other of others) {
      const mixed = four.map((place, index) => (place?.local === other ? 4 + place.lane : index));
      vector = this.made(op.get(vector), op.get(other), op.shuffle(...mixed));
    }
    return vector;
  }

  private made(...instructions: readonly (readonly number[])[]): number {
    const local = this.target.local('v128');
    this.target.emit(...instructions, op.set(local));
    return local;
  }
}
