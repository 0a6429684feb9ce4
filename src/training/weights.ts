/** Weights on the host, each set with the running statistics that belong to it: what is kept of the best evaluation and put back. */
import { averageState } from './average.ts';
import { averageStatisticsState, statisticsState } from './statistics.ts';

/** Flat weights, and the running statistics of batch normalisation where the model keeps some. */
export interface WeightSet {
  readonly parameters: Float32Array;
  readonly statistics?: Float32Array;
}

/** The weights of a model and the moving average of them. */
export interface Weights {
  readonly raw: WeightSet;
  readonly average: WeightSet;
}

type Vectors = Readonly<Record<string, Float32Array>>;

/** The weights among the state vectors of a run. Throws if there are none. */
export function weightsIn(vectors: Vectors): Weights {
  const set = (name: string, statisticsName: string): WeightSet => {
    const { [name]: parameters, [statisticsName]: statistics } = vectors;
    if (!parameters) throw new Error('the executor holds no weights');
    return { parameters, ...(statistics ? { statistics } : {}) };
  };
  return { raw: set('parameters', statisticsState), average: set(averageState, averageStatisticsState) };
}

/** The same as state vectors. */
export function vectorsOf({ raw, average }: Weights): Vectors {
  return {
    parameters: raw.parameters,
    [averageState]: average.parameters,
    ...(raw.statistics ? { [statisticsState]: raw.statistics } : {}),
    ...(average.statistics ? { [averageStatisticsState]: average.statistics } : {}),
  };
}
