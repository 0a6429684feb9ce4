/**
 * A run as Keras 3 code to start from: `Sequential`, `compile`, `fit`. It is not checked against the product: weights, order and masks are
 * Keras' own, and remarks marked "differs" say where Keras computes something else.
 */
import type { Config } from '../params/config.ts';
import type { Phase, RunMaterial } from './material.ts';
import { factorBody } from './parts/factors.ts';
import { call, indent, literal } from './python.ts';
import type { Lines } from './python.ts';
import { kerasInitializers, kerasLoss, kerasOptimizers } from './keras/settings.ts';

const remark = (differs: string | undefined): Lines => (differs === undefined ? [] : [`# differs: ${differs}.`]);

/** The source of `train_keras.py`. What Keras does not have has been refused before (`keras/refusals.ts`). */
export function kerasScript(material: RunMaterial): string {
  const [phase] = material.phases;
  if (!phase) throw new RangeError('a run has at least one phase');
  const { config } = phase;
  const scheduled = config.schedule !== 'plateau' && (config.schedule !== 'constant' || phase.warmupSteps > 0);
  return `${[
    `"""${material.taskName}, ${material.modelName.replaceAll('‑', '-')}: a run of Tuning Fork in Keras 3. Code to start from, not checked.`,
    '',
    `The run as a link: ${material.link}`,
    '"""',
    '',
    ...(scheduled ? ['import math', ''] : []),
    'import keras',
    'import numpy as np',
    '',
    `LEARNING_RATE = ${literal(phase.rate)}`,
    `keras.utils.set_random_seed(${String(config.seed)})  # differs: not the weights and the order of the app.`,
    '',
    ...dataLines(material),
    '',
    ...modelLines(material, config),
    '',
    ...optimizerLines(config),
    ...compileLines(material, config),
    '',
    ...(scheduled ? scheduleLines(phase) : []),
    ...fitLines(phase, scheduled),
  ].join('\n')}\n`;
}

function dataLines({ kind, inputShape, outputs }: RunMaterial): Lines {
  const isImage = inputShape.length === 3;
  return [
    'data = np.load("data.npz")  # of the PyTorch export of the same run',
    `inputs = {name: ${isImage ? 'np.moveaxis(data[name + "_x"], 1, -1)' : 'data[name + "_x"]'} for name in ("train", "valid", "test")}`,
    kind === 'multiclass'
      ? `targets = {name: keras.utils.to_categorical(data[name + "_y"], ${String(outputs)}) for name in ("train", "valid", "test")}`
      : 'targets = {name: data[name + "_y"].reshape(-1, 1) for name in ("train", "valid", "test")}',
  ];
}

/** Regularisers and constraints of a layer's weights. */
function weightArguments(config: Config): Record<string, string | undefined> {
  const { l1, l2, maxNorm, decay } = config;
  const penalty = call('keras.regularizers.L1L2', [], { l1: l1 > 0 ? literal(l1) : undefined, l2: l2 > 0 ? literal(l2 / 2) : undefined });
  const penalized = l1 > 0 || l2 > 0;
  return {
    kernel_initializer: kerasInitializers[config.initialization],
    kernel_regularizer: penalized ? penalty : undefined,
    bias_regularizer: penalized && decay === 'all' ? penalty : undefined,
    kernel_constraint: maxNorm > 0 ? `keras.constraints.MaxNorm(${literal(maxNorm)})` : undefined,
  };
}

/** The normalisation before an activation. */
function normalizer({ normalization, model }: Config): string {
  if (normalization === 'batch') return 'keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)';
  if (normalization === 'rms') return 'keras.layers.RMSNormalization(epsilon=1e-5)';
  return model === 'cnn' ? 'keras.layers.GroupNormalization(groups=1, epsilon=1e-5)' : 'keras.layers.LayerNormalization(epsilon=1e-5)';
}

function modelLines(material: RunMaterial, config: Config): Lines {
  const named = weightArguments(config);
  const normalizes = config.normalization !== 'none';
  const activation = config.activation === 'linear' || normalizes ? undefined : literal(config.activation);
  const bias = config.normalization === 'batch' ? { use_bias: 'False' } : {};
  // Before the activation, as in the app.
  const between = normalizes
    ? [normalizer(config), ...(config.activation === 'linear' ? [] : [`keras.layers.Activation(${literal(config.activation)})`])]
    : [];
  const layer = (text: string) => `${text},`;
  const layers: string[] = [call('keras.Input', [`(${material.inputShape.join(', ')},)`])];
  if (config.inputNoise > 0) layers.push(`keras.layers.GaussianNoise(${literal(config.inputNoise)})`);
  if (config.inputDropout > 0) layers.push(`keras.layers.Dropout(${literal(config.inputDropout)})`);
  if (config.model === 'cnn')
    for (const channels of config.channels)
      layers.push(
        call('keras.layers.Conv2D', [String(channels), '3'], { padding: '"same"', activation, ...bias, ...named }),
        ...between,
        'keras.layers.MaxPooling2D(2)',
      );
  if (material.inputShape.length === 3) layers.push('keras.layers.Flatten()');
  for (const width of config.layers) {
    layers.push(call('keras.layers.Dense', [String(width)], { activation, ...bias, ...named }), ...between);
    if (config.dropout > 0) layers.push(`keras.layers.Dropout(${literal(config.dropout)})`);
  }
  layers.push(call('keras.layers.Dense', [String(material.outputs)], named));
  return [
    ...(config.l1 > 0 || config.l2 > 0 ? ['# differs: Keras adds the penalties to the loss that it reports, in validation, too.'] : []),
    ...(config.initialization === 'he' || config.initialization === 'lecun'
      ? ['# differs: Keras cuts normal numbers off at two standard deviations.']
      : []),
    ...(config.activation === 'gelu' ? ['# "gelu" is the exact one, as in the app.'] : []),
    'model = keras.Sequential([',
    ...indent(layers.map(layer)),
    '])',
  ];
}

function optimizerLines(config: Config): Lines {
  const found = kerasOptimizers[config.optimizer]?.(config);
  if (!found) throw new RangeError(`Keras has no ${config.optimizer}`);
  const { clip, clipAt } = config;
  const decays = config.weightDecay > 0;
  const coupled = decays && !['adamw', 'lion', 'adafactor'].includes(config.optimizer);
  return [
    ...remark(found.differs),
    ...remark(coupled ? 'weight decay is decoupled from the gradient in all of Keras’ optimizers' : undefined),
    `optimizer = ${call(`keras.optimizers.${found.name}`, ['LEARNING_RATE'], {
      ...found.settings,
      weight_decay: decays ? literal(config.weightDecay) : undefined,
      clipvalue: clip === 'value' ? literal(clipAt) : undefined,
      clipnorm: clip === 'tensor' ? literal(clipAt) : undefined,
      global_clipnorm: clip === 'norm' ? literal(clipAt) : undefined,
      use_ema: config.average > 0 ? 'True' : undefined,
      ema_momentum: config.average > 0 ? literal(config.average) : undefined,
      gradient_accumulation_steps: config.accumulation > 1 ? String(config.accumulation) : undefined,
    })}`,
    ...(config.average > 0 ? ['# differs: the average is put in place of the weights at the end; it is not evaluated beside them.'] : []),
    ...(decays && config.decay === 'weights' ? ['optimizer.exclude_from_weight_decay(var_names=["bias"])'] : []),
  ];
}

function compileLines({ kind }: RunMaterial, config: Config): Lines {
  const loss = kerasLoss(config, kind);
  if (!loss) throw new RangeError(`Keras has no ${config.loss} for this task`);
  const metric =
    kind === 'binary'
      ? 'keras.metrics.BinaryAccuracy(threshold=0.0)'
      : kind === 'multiclass'
        ? '"accuracy"'
        : 'keras.metrics.RootMeanSquaredError()  # in standard deviations';
  return [
    ...remark(loss.differs),
    'model.compile(',
    ...indent([
      `optimizer=optimizer,`,
      `loss=${call(`keras.losses.${loss.name}`, [], loss.settings)},`,
      `metrics=[${metric.split('  #')[0] ?? ''}],`,
    ]),
    ')',
  ];
}

/** The same function as in PyTorch, called before each batch. */
function scheduleLines(phase: Phase): Lines {
  const { lines, helpers } = factorBody(phase, 1);
  return [
    ...helpers.flatMap((helper) => [...helper, '', '']),
    'def rate_factor(step):',
    ...indent(['"""What LEARNING_RATE is multiplied by at a step."""', ...lines]),
    '',
    '',
    'class Schedule(keras.callbacks.Callback):',
    ...indent([
      'step = 0',
      '',
      'def on_train_batch_begin(self, batch, logs=None):',
      ...indent(['self.model.optimizer.learning_rate = LEARNING_RATE * rate_factor(self.step)', 'self.step += 1']),
    ]),
    '',
    '',
  ];
}

function fitLines({ config, totalSteps, stepsPerEpoch, classWeights }: Phase, scheduled: boolean): Lines {
  const callbacks = [
    ...(scheduled ? ['Schedule()'] : []),
    ...(config.schedule === 'plateau'
      ? [
          call('keras.callbacks.ReduceLROnPlateau', [], {
            factor: literal(config.factor),
            patience: String(config.plateauPatience),
            min_delta: literal(config.threshold),
            cooldown: String(config.cooldown),
            min_lr: literal(config.minLr),
          }),
        ]
      : []),
    ...(config.earlyStopping
      ? [
          call('keras.callbacks.EarlyStopping', [], {
            monitor: config.monitor === 'loss' ? undefined : '"val_accuracy"',
            patience: String(config.patience),
            min_delta: literal(config.minDelta),
            start_from_epoch: config.stopAfter > 0 ? String(config.stopAfter) : undefined,
            restore_best_weights: config.restoreBest ? 'True' : undefined,
          }),
        ]
      : []),
  ];
  const epochs = Math.ceil(totalSteps / stepsPerEpoch);
  return [
    ...remark(config.schedule === 'plateau' ? 'min_delta is absolute; PyTorch’s threshold is a share' : undefined),
    ...remark(config.evaluateEvery > 0 ? 'Keras evaluates once an epoch' : undefined),
    ...remark(config.dropLast ? 'the short last batch of an epoch is not dropped' : undefined),
    'model.fit(',
    ...indent([
      'inputs["train"],',
      'targets["train"],',
      `batch_size=${String(config.batchSize)},`,
      `epochs=${String(epochs)},`,
      `shuffle=${literal(config.shuffle !== 'never')},`,
      ...(classWeights ? [`class_weight={${classWeights.map((weight, k) => `${String(k)}: ${literal(weight)}`).join(', ')}},`] : []),
      'validation_data=(inputs["valid"], targets["valid"]),',
      `callbacks=[${callbacks.join(', ')}],`,
    ]),
    ')',
    'print(model.evaluate(inputs["test"], targets["test"], return_dict=True))',
  ];
}
