/** Experiments to start from, as links: each shows one thing plainly, and is nothing that a user could not set by hand. */

/** One experiment. */
export interface Preset {
  readonly title: string;
  /** What to do and what to watch. */
  readonly line: string;
  readonly hash: string;
}

/** The experiments of the "Try this" menu. */
export const presets: readonly Preset[] = [
  {
    title: 'A rate that is too high',
    line: 'Plain gradient steps, far too long: watch the loss jump. While it runs, lower the learning rate tenfold to 0.2, and it settles.',
    hash: '#task=spiral&opt=sgd&lr=2',
  },
  {
    title: 'One example at a time',
    line: 'Batch size 1: every step is noisy. Raise it while it runs, up to all 200 examples, and see the thin line calm down.',
    hash: '#task=moons&batch=1&epochs=10&opt=sgd&lr=0.1',
  },
  {
    title: 'Learning by heart',
    line: 'A wide network and 30 noisy moons: training loss falls, validation loss turns and climbs. Then try dropout 0.3.',
    hash: '#task=moons&noise=0.35&n=30&layers=64,64&epochs=300',
  },
  {
    title: 'Stop in time',
    line: 'The same temptation, with early stopping: the run ends when validation stops improving, and takes its best weights back.',
    hash: '#task=moons&noise=0.35&n=30&layers=64,64&epochs=300&stop=1&patience=30',
  },
  {
    title: 'Outliers in a curve',
    line: 'A tenth of the points lie far off and pull squared error towards them. Choose absolute error and run again.',
    hash: '#task=curve&outliers=0.1',
  },
  {
    title: 'Digits with a small CNN',
    line: 'Real handwriting, 2,000 images. This one takes minutes: watch the confusion matrix gather on its diagonal.',
    hash: '#task=digits&model=cnn&epochs=5',
  },
  {
    title: 'Letters, backwards',
    line: 'A small GPT learns to reverse a row of letters: the loss lies flat until it has found where to look, and then falls at once.',
    hash: '#task=reverse',
  },
  {
    title: 'From learning by heart to the rule',
    line: 'Sums modulo 29: the model knows its examples long before it can do new ones. Set weight decay to 0 and see how much longer it takes.',
    hash: '#task=modular&opt=adamw&wd=1&lr=0.001&sched=cosine',
  },
  {
    title: 'Stories, letter by letter',
    line: 'A GPT that has never seen English reads stories. This one takes minutes: watch which letters of the held-out text still surprise it.',
    hash: '#task=text',
  },
  {
    title: 'A story-teller learns plays',
    line: 'A GPT that comes with the app, trained on prose, goes on with plays. This one takes minutes: watch its samples turn, and the loss on its old text rise. Then try LoRA under Model, or replayed old text under Data.',
    hash: '#task=text&text=plays&model=pretrained',
  },
  {
    title: 'A memory that explodes',
    line: 'A recurrent network that starts by keeping all it has read: the gradient grows with every letter, and it diverges. Clip by norm and run again.',
    hash: '#task=text&model=rnn&act=relu&init=identity&opt=sgd&lr=0.3',
  },
];
