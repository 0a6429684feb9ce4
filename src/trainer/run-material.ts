/**
 * A run as the code generator wants it: data, first weights, the order of the examples, and what is in force from which step on.
 * Live changes are played through the same counters that training uses, so that their plans are the same.
 */
import { effectiveBatch, scaledRate } from '../params/effective.ts';
import type { Expected, MaterialLanguage, MaterialTensor, Phase, RandomSite, RunMaterial } from '../codegen/material.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { sizeOf } from '../graph/graph.ts';
import type { FixedTensor, Model } from '../models/model.ts';
import type { Change } from '../params/changes.ts';
import { patchOf } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import { toHash } from '../params/url.ts';
import { warmupSteps } from '../schedule/warmup.ts';
import { permutation, stream } from '../shared/random.ts';
import { createSampler } from '../tasks/batches.ts';
import type { LanguageTask, Task } from '../tasks/task.ts';
import { areWords, tokenizerJson } from '../tasks/tokenizers/tokenizer-json.ts';
import { forwardPass } from '../training/batch-gradient.ts';
import { classWeights } from '../training/class-weights.ts';
import { gradientNoiseSite, inputDropoutSite, inputNoiseSite } from '../training/program-shape.ts';
import { applyPatch, initialCounters } from '../training/run-state.ts';
import type { MutableCounters } from '../training/run-state.ts';
import { initialVectors, setUp } from '../training/setup.ts';

/** Entries of the order that are written out at most; longer runs go on in an order of their own. */
const mostOrderEntries = 4_000_000;

/** All but the expected curve. */
export function runMaterial(config: Config, changes: readonly Change[], task: Task, expected: Expected): RunMaterial {
  const { model } = setUp(config, task);
  const { parameters = new Float32Array() } = initialVectors(config, model);
  const { phases, epochs } = phasesOf(config, changes, task);
  return {
    link: toHash({ config, changes, hide: [], lock: [], run: false }),
    taskName: task.name,
    modelName: model.name,
    kind: task.kind,
    ...(task.kind === 'language' ? { language: languageOf(task) } : {}),
    inputShape: task.inputShape,
    outputs: task.outputs,
    targetScale: task.targetStandardization.scale[0] ?? 1,
    changes,
    phases,
    train: task.train,
    validation: task.validation,
    test: task.test,
    ...(task.kind === 'language' && task.old ? { old: task.old } : {}),
    ...(model.fixed ? { fixed: model.fixed.map(fixedTensor) } : {}),
    parameters: model.parameters.map(({ name, layer, shape, role, offset }) => ({
      name,
      ...(layer === undefined ? {} : { layer }),
      shape,
      role,
      values: parameters.slice(offset, offset + sizeOf(shape)),
    })),
    // A live change at step 0 is in force before the first batch.
    order: orderOf(phases[0]?.config ?? config, task.train.count, epochs),
    epochs,
    hiddenDropout: dropoutSites(model, task.inputShape),
    inputDropoutSite,
    inputNoiseSite,
    gradientNoiseSite,
    expected,
  };
}

function fixedTensor({ name, layer, shape, role, values }: FixedTensor): MaterialTensor {
  return { name, ...(layer === undefined ? {} : { layer }), shape, role, values };
}

function languageOf({ tokenizer, promptLength, trainsOnPrompt, masksPrompts, charactersPerToken }: LanguageTask): MaterialLanguage {
  const tokens = areWords(tokenizer) ? 'words' : tokenizer.kind === 'bytePairs' ? 'bytePairs' : 'characters';
  return { tokenizer: tokenizerJson(tokenizer), tokens, promptLength, trainsOnPrompt, masksPrompts, charactersPerToken };
}

/** What is in force from which step on, and how many epochs the plan reaches into. */
function phasesOf(config: Config, changes: readonly Change[], task: Task): { phases: readonly Phase[]; epochs: number } {
  const counters = initialCounters(config, task.train.count);
  const phases: Phase[] = [phaseOf(counters, task)];
  for (const step of [...new Set(changes.map((change) => change.step))].sort((a, b) => a - b)) {
    if (step > counters.plan.totalSteps && step > 0) break;
    walk(counters, step, task.train.count);
    const patch = Object.assign({}, ...changes.filter((change) => change.step === step).map(patchOf)) as Partial<Config>;
    applyPatch(counters, patch, task.train.count);
    const phase = phaseOf(counters, task);
    if (step === 0) phases[0] = phase;
    // One that comes at the very end acts if it gives the run more to do, or if it brings that end.
    else if (step < phase.totalSteps || phase.totalSteps < (phases.at(-1)?.totalSteps ?? 0)) phases.push(phase);
  }
  walk(counters, counters.plan.totalSteps, task.train.count);
  return { phases, epochs: counters.cursor.epoch + Math.sign(counters.cursor.position) };
}

function phaseOf({ cursor, config, plan }: MutableCounters, task: Task): Phase {
  const { step, epoch, share, stepsLeft } = plan.anchor;
  const weights = classWeights(config, task);
  return {
    step: cursor.step,
    config,
    totalSteps: plan.totalSteps,
    stepsPerEpoch: plan.stepsPerEpoch,
    rate: scaledRate(config),
    warmupSteps: warmupSteps(config, plan),
    anchor: { step, epoch, share, stepsLeft },
    ...(weights ? { classWeights: weights } : {}),
  };
}

/** Moves the cursor on, as training would; the order of the examples does not matter for that. */
function walk(counters: MutableCounters, toStep: number, count: number): void {
  const { config } = counters;
  const sampler = createSampler({ count, seed: 0, shuffle: 'never', dropLast: config.dropLast });
  const batch = effectiveBatch(config);
  while (counters.cursor.step < toStep) {
    const { step, examples } = counters.cursor;
    const { next, count: taken } = sampler.next(counters.cursor, batch);
    counters.cursor = { ...next, step: step + 1, examples: examples + taken };
  }
}

/** The orders of the first epochs, or the one that all share; nothing where the order is that of the data. */
function orderOf({ shuffle, seed }: Config, count: number, epochsOfRun: number): RunMaterial['order'] {
  if (shuffle === 'never') return new Uint16Array();
  const epochs = shuffle === 'once' ? 1 : Math.min(epochsOfRun, Math.max(1, Math.floor(mostOrderEntries / count)));
  const order = count > 2 ** 16 ? new Int32Array(epochs * count) : new Uint16Array(epochs * count);
  for (let epoch = 0; epoch < epochs; epoch++) order.set(permutation(count, seed, stream.order, epoch), epoch * count);
  return order;
}

/** Where the forward pass drops hidden values, found by asking it. */
function dropoutSites(model: Model, inputShape: readonly number[]): readonly RandomSite[] {
  const g = new GraphBuilder();
  const sites: RandomSite[] = [];
  const x = g.data('inputs', [1, ...inputShape]);
  forwardPass(g, model, g.state('parameters', [model.parameterCount]), x, {
    dropout: (hidden, site) => {
      sites.push({ site, shape: g.shape(hidden).slice(1) });
      return hidden;
    },
    // Only the shapes are looked at.
    moments: () => ({ mean: g.constant(0), variance: g.constant(1) }),
  });
  return sites;
}
