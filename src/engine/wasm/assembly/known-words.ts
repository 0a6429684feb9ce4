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
  emit(...instructions: readonly (readonly number[])[]): void;
}

interface Place {
  readonly local: number;
  readonly lane: number;
}

const wordBytes = 4;

/** The words that one function knows. */
export class KnownWords {
  private readonly places = new Map<number, Place>();
  private readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  /** A local with the `lanes` words from an address on; what its other lanes hold is open. */
  load(address: number, lanes = 4): number {
    const places = Array.from({ length: lanes }, (_, lane) => this.places.get(address + lane * wordBytes));
    if (places.every((place) => place !== undefined)) return this.joined(places);
    const local = this.made(op.i32(0), op.load(address));
    for (let lane = 0; lane < 4; lane++) this.places.set(address + lane * wordBytes, { local, lane });
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
    const [first = 0, ...others] = addresses;
    let vector = this.made(op.i32(0), op.loadF32(first), op.splatF32);
    others.forEach((address, index) => {
      vector = this.made(op.i32(0), op.get(vector), op.loadLane(address, index + 1));
    });
    return vector;
  }

  /** Stores the first `lanes` (1 to 4) of a local that will not change. */
  store(address: number, local: number, lanes: number): void {
    this.target.emit(...op.storeLanes(op.i32(0), local, address, lanes));
    for (let lane = 0; lane < lanes; lane++) this.places.set(address + lane * wordBytes, { local, lane });
  }

  /** Stores in one place the word of another. */
  move(to: number, from: number): void {
    const place = this.places.get(from) ?? { local: this.made(op.i32(0), op.loadF32(from), op.splatF32), lane: 0 };
    this.target.emit(op.i32(0), op.get(place.local), op.storeOne(to, place.lane));
    this.places.set(to, place);
  }

  /** After what may have written anywhere. */
  forget(): void {
    this.places.clear();
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
