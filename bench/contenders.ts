/** The columns: who can be raced. Our engines are those that `src/engine` offers, whatever they are called. */
import { engineNames } from '../src/engine/engines.ts';
import type { EngineName } from '../src/engine/engines.ts';

/** Backends of TensorFlow.js as it comes. */
export const stockBackends = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
/** Its name in tfjs. */
export type StockBackend = (typeof stockBackends)[number];

/** Devices of jax-js that are raced. */
export const jaxDevices = ['wasm', 'webgpu'] as const;
/** Its name in jax-js. */
export type JaxDevice = (typeof jaxDevices)[number];

interface Ours {
  readonly name: string;
  readonly engine: EngineName;
}

/** A contender that runs in a worker of the browser. */
export type BrowserContender =
  /** An engine as the app runs it; `extras`: on the row with everything on. */
  | (Ours & { readonly kind: 'ours'; readonly extras: boolean })
  /** The engine's executor alone, on feeds made beforehand; `alone`: on one thread, whatever it could have. */
  | (Ours & { readonly kind: 'bare'; readonly alone?: boolean })
  | { readonly name: string; readonly kind: 'plain' | 'convnetjs' }
  | { readonly name: string; readonly kind: 'stock'; readonly backend: StockBackend }
  | { readonly name: string; readonly kind: 'jax'; readonly device: JaxDevice };

/** A column of the table. */
export type Contender =
  | BrowserContender
  /** The whole app, its charts on. */
  | (Ours & { readonly kind: 'app' })
  | { readonly name: string; readonly kind: 'torch' };

function ours(engine: EngineName): readonly Contender[] {
  return [
    { name: engine, kind: 'ours', engine, extras: false },
    { name: `${engine}:bare`, kind: 'bare', engine },
    { name: `${engine}:all`, kind: 'ours', engine, extras: true },
    { name: `${engine}:app`, kind: 'app', engine },
  ];
}

/** All columns, in the order of the table. */
export const contenders: readonly Contender[] = [
  ...[...engineNames].reverse().flatMap(ours),
  { name: 'wasm:1', kind: 'bare', engine: 'wasm', alone: true },
  { name: 'plain-js', kind: 'plain' },
  ...stockBackends.map((backend): Contender => ({ name: `stock-${backend}`, kind: 'stock', backend })),
  { name: 'convnetjs', kind: 'convnetjs' },
  ...jaxDevices.map((device): Contender => ({ name: `jax-${device}`, kind: 'jax', device })),
  { name: 'pytorch', kind: 'torch' },
];
