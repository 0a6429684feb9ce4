/**
 * The named options of the choices that other parameters depend on: values, labels and one line each.
 * Idea: they stand apart from the table and hold no rules, so that rules (`Facts`) can be typed by them without a circle.
 */

/** One option of a choice. */
export interface Option<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** One sentence: what choosing it means. */
  readonly line: string;
}

/** The values that a list of options allows. */
export type ValueOfOptions<Options extends readonly Option[]> = Options[number]['value'];

/** What there is to learn. */
export const taskOptions = [
  { value: 'circle', label: 'Circle', line: 'Two classes: a disc inside a ring.' },
  { value: 'xor', label: 'Xor', line: 'Two classes in opposite quadrants: no single straight line separates them.' },
  { value: 'gauss', label: 'Gauss', line: 'Two round clouds: a straight line is almost enough.' },
  { value: 'spiral', label: 'Spiral', line: 'Two interleaved spirals: the hardest of the two-class sets.' },
  { value: 'moons', label: 'Moons', line: 'Two interleaved half-circles.' },
  { value: 'blobs', label: 'Blobs', line: 'Two to four clouds, one for each class.' },
  { value: 'curve', label: 'Curve', line: 'Regression: predict y from x along a noisy curve.' },
  { value: 'surface', label: 'Surface', line: 'Regression: predict a height above the plane.' },
  { value: 'digits', label: 'Digits', line: 'Handwritten digits 0 to 9 (MNIST).' },
  { value: 'penguins', label: 'Penguins', line: 'Tell three species of penguin apart by four body measurements.' },
  { value: 'text', label: 'Text', line: 'Predict the next character, or piece of a word, of a text.' },
  { value: 'copy', label: 'Copy', line: 'Repeat a row of letters.' },
  { value: 'reverse', label: 'Reverse', line: 'Repeat a row of letters backwards.' },
  { value: 'addition', label: 'Addition', line: 'Add two numbers digit by digit, highest digit first.' },
  { value: 'modular', label: 'Modular addition', line: 'Add two numbers modulo a third, every number one token.' },
] as const satisfies readonly Option[];

/** Kinds of network. */
export const modelOptions = [
  { value: 'mlp', label: 'MLP', line: 'Fully connected layers, one after the other.' },
  { value: 'cnn', label: 'CNN', line: 'Small convolutions that slide over the image, each followed by pooling.' },
  { value: 'gpt', label: 'GPT', line: 'Attention: each token looks back at those before it and takes what it needs.' },
  {
    value: 'pretrained',
    label: 'Pretrained GPT',
    line: 'A GPT that comes with the app and has read all prose: to be tuned on other text.',
  },
  { value: 'rnn', label: 'RNN', line: 'One state goes from token to token and must hold all that is remembered.' },
  { value: 'lstm', label: 'LSTM', line: 'An RNN with a memory beside its state, and gates that keep, write and read it.' },
  { value: 'gru', label: 'GRU', line: 'An RNN whose gates decide how much of the state is replaced.' },
] as const satisfies readonly Option[];

/** Texts to learn from; which files each is made of is in `tasks/text`. */
export const textOptions = [
  { value: 'prose', label: 'All prose', line: 'The stories, novels, voyage and mysteries together: 5.4 million characters.' },
  { value: 'stories', label: 'Stories', line: 'Plain English: Alice in Wonderland and The Parent’s Assistant.' },
  { value: 'novels', label: 'Novels', line: 'Three novels by Jane Austen.' },
  { value: 'voyage', label: 'A voyage', line: 'Moby Dick by Herman Melville.' },
  { value: 'mysteries', label: 'Mysteries', line: 'Father Brown and two more books by G. K. Chesterton.' },
  { value: 'plays', label: 'Plays', line: 'Hamlet, Macbeth and Julius Caesar in the spelling of their time.' },
  { value: 'verse', label: 'Verse', line: 'Poems by Blake, Whitman and Milton.' },
  { value: 'speeches', label: 'Speeches', line: 'State of the Union addresses, 1990 to 2021.' },
  { value: 'names', label: 'Names', line: 'English first names, one on each line.' },
  { value: 'own', label: 'Your own text', line: 'A file or a pasted text. It stays in this browser, and no link carries it.' },
] as const satisfies readonly Option[];

/** What of a pretrained model is trained. */
export const tuneOptions = [
  { value: 'full', label: 'All weights', line: 'Everything moves: learns most, and forgets most.' },
  { value: 'blocks', label: 'Last blocks', line: 'The last blocks and the final norm move; what lies before them stays.' },
  {
    value: 'head',
    label: 'Head only',
    line: 'The final norm and the output matrix move; the matrix is a copy, parted from the table of tokens, which stays.',
  },
  { value: 'lora', label: 'LoRA', line: 'All weights stay; thin matrices beside them learn what is to be added.' },
] as const satisfies readonly Option[];

/** Losses; which are available depends on the kind of task. */
export const lossOptions = [
  { value: 'bce', label: 'Binary cross-entropy', line: 'Minus the logarithm of the probability given to the true class.' },
  { value: 'ce', label: 'Cross-entropy', line: 'Minus the logarithm of the softmax probability given to the true class.' },
  { value: 'mse', label: 'Squared error', line: 'The mean of squared differences: large errors weigh most.' },
  { value: 'hinge', label: 'Hinge', line: 'Zero once the example is on the right side by a margin of one.' },
  { value: 'margin', label: 'Multi-class margin', line: 'Zero once the true class leads every other by one.' },
  { value: 'mae', label: 'Absolute error', line: 'The mean of absolute differences: outliers weigh no more than others.' },
  { value: 'huber', label: 'Huber', line: 'Squared for errors below δ, absolute beyond: calm about outliers.' },
  { value: 'focal', label: 'Focal', line: 'Cross-entropy that hardly counts examples that are right already.' },
  { value: 'smoothl1', label: 'Smooth L1', line: 'Absolute error with its corner rounded below β.' },
  { value: 'logcosh', label: 'Log-cosh', line: 'Squared when small, absolute when large, without a corner.' },
  { value: 'quantile', label: 'Quantile', line: 'Errors above and below weigh differently: fits a quantile, not the middle.' },
] as const satisfies readonly Option[];

/** Update rules. */
export const optimizerOptions = [
  { value: 'sgd', label: 'SGD', line: 'A step against the gradient, with momentum if you like.' },
  { value: 'rmsprop', label: 'RMSprop', line: 'Divides each gradient by its recent root mean square.' },
  { value: 'adagrad', label: 'Adagrad', line: 'Divides by the root of all squared gradients so far: steps only shrink.' },
  { value: 'adam', label: 'Adam', line: 'RMSprop with momentum, both corrected for their start at zero.' },
  { value: 'adamw', label: 'AdamW', line: 'Adam with weight decay kept apart from the gradient.' },
  { value: 'nadam', label: 'NAdam', line: 'Adam that looks one step ahead, with momentum that warms up.' },
  { value: 'radam', label: 'RAdam', line: 'Adam with its shaky first steps rectified: a warm-up built in.' },
  { value: 'adamax', label: 'Adamax', line: 'Adam that divides by the largest recent gradient.' },
  { value: 'adadelta', label: 'Adadelta', line: 'Steps as large as the recent steps: the rate is only a factor, usually 1.' },
  { value: 'rprop', label: 'Rprop', line: 'Only the sign of each gradient counts; every weight has its own step size. For full batches.' },
  { value: 'asgd', label: 'ASGD', line: 'SGD that keeps the mean of its weights beside them.' },
  { value: 'lion', label: 'Lion', line: 'Every weight moves by exactly the rate, along the sign of its momentum.' },
  { value: 'muon', label: 'Muon', line: 'Steps of hidden layers move all directions alike; AdamW does the rest.' },
  { value: 'lamb', label: 'LAMB', line: 'Adam with each layer’s step scaled to the length of its weights: made for huge batches.' },
  { value: 'adafactor', label: 'Adafactor', line: 'Adam without momentum that remembers rows and columns instead of every weight.' },
  { value: 'sfsgd', label: 'Schedule-Free SGD', line: 'SGD whose running mean is the model: no schedule needed.' },
  { value: 'sfadamw', label: 'Schedule-Free AdamW', line: 'The same on top of AdamW.' },
  { value: 'lbfgs', label: 'L-BFGS', line: 'Learns the curvature and takes several looks a step. Needs the full batch, and sets it.' },
] as const satisfies readonly Option[];

/** Shapes of the learning rate over the run. */
export const scheduleOptions = [
  { value: 'constant', label: 'Constant', line: 'The same rate throughout.' },
  { value: 'step', label: 'Step', line: 'Multiplies the rate by γ every so many steps or epochs.' },
  { value: 'exponential', label: 'Exponential', line: 'Multiplies the rate by γ at every step or epoch.' },
  { value: 'linear', label: 'Linear', line: 'A straight line to a share of the rate at the end of the run.' },
  { value: 'cosine', label: 'Cosine', line: 'Half a cosine: slow at first, fast in the middle, slow at the end.' },
  { value: 'plateau', label: 'Reduce on plateau', line: 'Cuts the rate when validation stops improving.' },
  { value: 'multistep', label: 'Multi-step', line: 'Multiplies the rate by γ at steps or epochs of your choice.' },
  { value: 'polynomial', label: 'Polynomial', line: 'Falls to the lowest rate along a power of what is left of the run.' },
  { value: 'restarts', label: 'Cosine with restarts', line: 'Cosine again and again, each from the full rate: snapshots of good minima.' },
  { value: 'onecycle', label: 'One-cycle', line: 'Up to the rate, down to almost nothing, momentum the other way round.' },
  { value: 'cyclic', label: 'Cyclic', line: 'Up and down between the lowest rate and the rate, over and over.' },
  { value: 'invsqrt', label: 'Inverse square root', line: 'Falls with the root of the steps: the transformer’s first schedule.' },
  { value: 'wsd', label: 'Warm-up, stable, decay', line: 'Stays at the rate and falls only in the last part of the run.' },
  { value: 'drawn', label: 'Drawn by hand', line: 'The curve that you draw on the learning-rate chart.' },
] as const satisfies readonly Option[];

/** Ways to clip the gradient. */
export const clipOptions = [
  { value: 'none', label: 'None', line: 'Gradients are used as they are.' },
  { value: 'value', label: 'By value', line: 'Each entry is cut to ± the threshold: the direction changes.' },
  { value: 'norm', label: 'By global norm', line: 'The whole gradient is scaled down to the threshold: the direction stays.' },
  { value: 'tensor', label: 'Each tensor by norm', line: 'Every weight matrix and bias is scaled down on its own.' },
  { value: 'inf', label: 'By largest entry', line: 'The whole gradient is scaled down until its largest entry is at the threshold.' },
  { value: 'agc', label: 'Adaptive', line: 'Each unit’s gradient is held to a share of the size of its weights.' },
  { value: 'percentile', label: 'By recent norms', line: 'The threshold is a percentile of the norms of the last 64 steps.' },
] as const satisfies readonly Option[];

/** How the learning rate follows the batch size. */
export const lrScalingOptions = [
  { value: 'none', label: 'None', line: 'The rate is what you set, whatever the batch.' },
  { value: 'linear', label: 'Linear', line: 'Twice the batch, twice the rate.' },
  { value: 'sqrt', label: 'Square root', line: 'Four times the batch, twice the rate.' },
] as const satisfies readonly Option[];
