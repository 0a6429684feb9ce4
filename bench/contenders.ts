/** The columns: who can be raced. Our engines are those that `src/engine` offers, whatever they are called. */
import { engineNames } from '../src/engine/engines.ts';
import type { EngineName } from '../src/engine/engines.ts';
import { stockBackends } from './stock.ts';
import type { StockBackend } from './stock.ts';

/** A column of the table. */
export type Contender =
  | { readonly name: string; readonly kind: 'ours'; readonly engine: EngineName }
  | { readonly name: string; readonly kind: 'stock'; readonly backend: StockBackend }
  | { readonly name: string; readonly kind: 'plain' }
  | { readonly name: string; readonly kind: 'torch' };

/** A contender that runs in a worker of the browser. */
export type BrowserContender = Exclude<Contender, { readonly kind: 'torch' }>;

/** All columns, in the order of the table. */
export const contenders: readonly Contender[] = [
  ...[...engineNames].reverse().map((engine): Contender => ({ name: engine, kind: 'ours', engine })),
  { name: 'plain-js', kind: 'plain' },
  ...stockBackends.map((backend): Contender => ({ name: `stock-${backend}`, kind: 'stock', backend })),
  { name: 'pytorch', kind: 'torch' },
];
