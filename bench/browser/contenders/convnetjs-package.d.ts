/** The part of convnetjs 0.3 that the bench uses; the package brings no types. */
declare module 'convnetjs' {
  export interface Vol {
    readonly w: Float64Array;
  }
  interface Layer {
    readonly filters?: readonly Vol[];
    readonly biases?: Vol;
  }
  export class Net {
    readonly layers: readonly Layer[];
    makeLayers(definitions: readonly Readonly<Record<string, unknown>>[]): void;
  }
  export class Trainer {
    constructor(net: Net, options: Readonly<Record<string, unknown>>);
    train(x: Vol, y: number | Float64Array): { readonly cost_loss: number };
  }
  const convnetjs: {
    readonly Net: typeof Net;
    readonly Trainer: typeof Trainer;
    readonly Vol: new (width: number, height: number, depth: number, fill: number) => Vol;
  };
  export default convnetjs;
}
