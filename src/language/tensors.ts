/** The learned tensors of a model by name, as views into its flat vector: nothing is copied, so that weights in training are read as they are. */
import { sizeOf } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';

/** Finds tensors in a flat vector. */
export class Tensors {
  private readonly views: ReadonlyMap<string, Float32Array>;

  /** Throws `RangeError` where the vector does not have the model's length. */
  constructor({ parameters, parameterCount }: Pick<Model, 'parameters' | 'parameterCount'>, flat: Float32Array) {
    if (flat.length !== parameterCount)
      throw new RangeError(`The model has ${parameterCount} parameters, but there are ${flat.length} numbers.`);
    this.views = new Map(parameters.map(({ name, offset, shape }) => [name, flat.subarray(offset, offset + sizeOf(shape))]));
  }

  /** The tensor of a name; undefined if the model has none such. */
  find(name: string): Float32Array | undefined {
    return this.views.get(name);
  }

  /** The tensor of a name. Throws `RangeError` if the model has none such. */
  get(name: string): Float32Array {
    const found = this.views.get(name);
    if (!found) throw new RangeError(`The model has no ${name}.`);
    return found;
  }
}
