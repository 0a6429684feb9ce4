/**
 * The rows: what is trained, each as a link of the app, so that a row can be opened in the app as it is. A new model needs a new link
 * here and nothing else; contenders that cannot train it say so, and those that train something else are found out by their losses.
 */

/** One line of the report. */
export interface Row {
  /** Short, for `--only`. */
  readonly id: string;
  readonly title: string;
  readonly link: string;
  /** Rows of one family differ in size only: how time grows with it. They are raced by few. */
  readonly family?: 'parameters' | 'batch';
}

/** Long runs that are never looked at: one evaluation every 10,000 steps, none that could end them. */
const endless = 'epochs=10000&evalEvery=10000&seed=7';
const sgd = 'opt=sgd&momentum=0&lr=0.01';
const adam = 'opt=adam&lr=0.001';
const plays = 'task=text&text=plays&tokenizer=characters&n=1600';

/** What `:all` contenders train beside the row: the price of regularisation, clipping and metrics. */
const extras = 'dropout=0.2&l2=0.0001&clip=norm&clipAt=1';

/** The link of a row with everything on. */
export function withExtras({ link }: Row): string {
  return `${link.replace(/&dropout=[^&]*/, '')}&${extras}`;
}

/** Language models, on windows of plays, character by character. */
const language: readonly Row[] = [
  {
    id: 'gpt-64',
    title: 'GPT, 2 layers of 64, 4 heads, context 64, batch 8, Adam',
    link: `#${plays}&context=64&depth=2&width=64&batch=8&${adam}&${endless}`,
  },
  {
    id: 'gpt-128',
    title: 'GPT, 4 layers of 128, 4 heads, context 128, batch 16, Adam',
    link: `#${plays}&context=128&depth=4&width=128&batch=16&${adam}&${endless}`,
  },
  {
    id: 'lstm-64',
    title: 'LSTM, 1 layer of 64, context 64, batch 16, Adam',
    link: `#${plays}&model=lstm&context=64&depth=1&width=64&batch=16&${adam}&${endless}`,
  },
];

const wholes: readonly Row[] = [
  {
    id: 'tiny',
    title: 'MLP 2-4-2-1 tanh, MSE, batch 10, SGD',
    link: `#task=surface&n=5000&layers=4,2&batch=10&${sgd}&${endless}`,
  },
  {
    id: 'small',
    title: 'MLP 2-8-8-1 tanh, MSE, batch 32, Adam',
    link: `#task=surface&n=4992&layers=8,8&batch=32&${adam}&${endless}`,
  },
  {
    id: 'digits',
    title: 'MLP 784-128-64-10 ReLU, cross-entropy, batch 64, SGD',
    link: `#task=digits&n=1920&layers=128,64&batch=64&${sgd}&${endless}`,
  },
  {
    id: 'cnn',
    title: 'CNN on digits, two convolutions (8 and 16 channels), dense 64, batch 32, Adam',
    link: `#task=digits&n=1920&model=cnn&dropout=0&batch=32&${adam}&${endless}`,
  },
  ...language,
];

const byParameters = [16, 64, 256].map((width): Row => ({
  id: `width-${width}`,
  title: `MLP 2-${width}-${width}-1 tanh, MSE, batch 32, Adam`,
  link: `#task=surface&n=4992&layers=${width},${width}&batch=32&${adam}&${endless}`,
  family: 'parameters',
}));

const byBatch = [16, 64, 256].map((batch): Row => ({
  id: `batch-${batch}`,
  title: `MLP 784-128-64-10 ReLU, cross-entropy, batch ${batch}, SGD`,
  link: `#task=digits&n=1792&layers=128,64&batch=${batch}&${sgd}&${endless}`,
  family: 'batch',
}));

/** All rows. */
export const rows: readonly Row[] = [...wholes, ...byParameters, ...byBatch];
