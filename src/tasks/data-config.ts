/** The part of a configuration that decides the data: equal values here give equal data, whatever the rest says. */
import type { Config } from '../params/config.ts';
import type { TableTaskName } from '../params/task-kind.ts';

const tableIds = ['noise', 'outliers', 'trainingSize', 'split', 'balance', 'classes', 'pixels', 'seed'] as const;
const languageIds = [
  'text',
  'tokenizer',
  'vocabulary',
  'context',
  'length',
  'modulus',
  'completionOnly',
  'maskPrompts',
  'model',
  'replay',
] as const;
const dataIds = ['task', ...tableIds, ...languageIds] as const;

/** What tells the data of one configuration from those of another. Of models only a pretrained one has a say in them. */
export function dataKey(config: DataConfig): string {
  return JSON.stringify(dataIds.map((id) => (id === 'model' ? config.model === 'pretrained' : config[id])));
}

/** Everything in a configuration that the examples depend on. */
export type DataConfig = Pick<Config, (typeof dataIds)[number]>;
/** The same of a task whose examples are rows of a table. */
export type TableConfig = Pick<Config, (typeof tableIds)[number]> & { readonly task: TableTaskName };
