/** What generated code knows of the plan around it: where values are, and names that are used once. */
import type { NodeId, Shape } from '../../../graph/graph.ts';
import { EngineError } from '../../engine-error.ts';
import type { Values } from '../../planning/values.ts';
import { plus, whole } from './indexing.ts';

/** Where a value is: in one of the buffers, from an element on, or a number in the code itself. */
export type Place =
  | { readonly kind: 'arena' | 'data' | 'feed'; readonly at: number }
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'nowhere' };

/** The places of a plan's values. */
export type Places = (id: NodeId) => Place;

/** The code of one instruction: a function of `workgroup` and `local`, and functions beside it. */
export class Scope {
  readonly values: Values;
  private readonly places: Places;
  private readonly name: string;
  private readonly copies: (root: NodeId) => readonly string[];
  private readonly beside: string[] = [];

  /** `name` begins the names of all its functions; `copies`: where else a single number is put when it is made. */
  constructor(values: Values, places: Places, name: string, copies: (root: NodeId) => readonly string[]) {
    this.values = values;
    this.places = places;
    this.name = name;
    this.copies = copies;
  }

  shape(id: NodeId): Shape {
    return this.values.node(id).shape;
  }

  /** An element of a value, as an expression. */
  load(id: NodeId, index: string): string {
    return this.loadFrom(this.places(id), index);
  }

  /** An element from a place on, as an expression. */
  loadFrom(place: Place, index: string): string {
    switch (place.kind) {
      case 'arena':
      case 'data':
        return `${place.kind}[${plus(whole(place.at), index)}]`;
      case 'feed':
        return `bitcast<f32>(feeds[${plus('thisRow', whole(place.at), index)}])`;
      case 'literal':
        return literal(place.value);
      case 'nowhere':
        throw new EngineError('internal', 'A value is read that is in no memory.');
    }
  }

  /** Puts an element where the value is; nothing if it has no memory. */
  store(id: NodeId, index: string, value: string): string {
    const place = this.places(id);
    const own = place.kind === 'arena' ? [`arena[${plus(whole(place.at), index)}]`] : [];
    return [...own, ...this.copies(id)].map((target) => `${target} = ${value};\n`).join('');
  }

  /** Defines a function beside the instruction's own, and answers its name. `signature`: parameters and result. */
  define(name: string, signature: string, body: string): string {
    const full = `${this.name}${name}${String(this.beside.length)}`;
    this.beside.push(`fn ${full}${signature} {\n${body}}\n`);
    return full;
  }

  /** All functions; the last is the instruction's. */
  finish(body: string): { readonly name: string; readonly code: string } {
    return { name: this.name, code: `${this.beside.join('')}fn ${this.name}(workgroup: u32, local: u32) {\n${body}}\n` };
  }
}

/** A float32 as WGSL has it; shortest decimals are exact, infinities and NaN are made from their bits. */
function literal(value: number): string {
  if (Number.isNaN(value)) return 'bitcast<f32>(infinityBits | 0x400000u)';
  if (!Number.isFinite(value)) return value > 0 ? 'infinity()' : '(-infinity())';
  const text = `${String(value)}f`;
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0f' : text})` : text;
}
