/**
 * The rows: what is trained, each as a link of the app, so that a row can be opened in the app as it is. A new model needs a new link
 * here and nothing else; contenders that cannot train it say so.
 */

/** One line of the table. */
export interface Row {
  /** Short, for `--only`. */
  readonly id: string;
  readonly title: string;
  readonly link: string;
}

/** Long runs that are never looked at: one evaluation every 10,000 steps, none that could end them. */
const endless = 'epochs=10000&evalEvery=10000&seed=7';
const steady = 'momentum=0&lr=0.01';

/** All rows. */
export const rows: readonly Row[] = [
  {
    id: 'tiny',
    title: 'MLP 2-4-2-1 tanh, MSE, batch 10, SGD',
    link: `#task=surface&n=5000&layers=4,2&batch=10&opt=sgd&${steady}&${endless}`,
  },
  {
    id: 'small',
    title: 'MLP 2-8-8-1 tanh, MSE, batch 32, Adam',
    link: `#task=surface&n=4992&layers=8,8&batch=32&opt=adam&lr=0.001&${endless}`,
  },
  {
    id: 'digits',
    title: 'MLP 784-128-64-10 ReLU, cross-entropy, batch 64, SGD',
    link: `#task=digits&n=1920&layers=128,64&batch=64&opt=sgd&${steady}&${endless}`,
  },
  {
    id: 'cnn',
    title: 'CNN on digits, two convolutions, batch 32, Adam',
    link: `#task=digits&n=1920&model=cnn&batch=32&opt=adam&lr=0.001&${endless}`,
  },
];
