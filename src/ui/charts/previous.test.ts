/** The run before beside the present one: what it forgot, what it was set to, and where it is no comparison; and the loss axis both share. */
import { describe, expect, it } from 'vitest';
import { drawnRun, type DrawnRun } from '../../testing/drawn-run.ts';
import type { ChartInput } from './axis.ts';
import { lossModel } from './loss-model.ts';
import { metricModel } from './metric-model.ts';
import { comparable, previousInWords } from './previous.ts';
import { closeLogScale, scaleAround } from './scale.ts';

const run = drawnRun({ settings: { epochs: 20 }, done: 0.5 });
const inputOf = (more: Partial<ChartInput>): ChartInput => ({
  ...{ run, config: run.config, description: run.description, stale: false },
  settings: { axis: 'step', xScale: 'linear', smoothing: 0 },
  ...more,
});
const set = (of: DrawnRun, settings: Partial<DrawnRun['config']>): DrawnRun => ({ ...of, config: { ...of.config, ...settings } });

/** The run as if it had been pretrained on another text, with a loss on that. */
function forgetting(settings: Partial<DrawnRun['config']>, by: number): DrawnRun {
  const { at, streams } = run.snapshot.evaluations;
  const mean = streams.valLoss.mean.map((value) => by * value);
  const measured = { ...run.snapshot.measured, old: { at, streams: { loss: { mean, min: mean, max: mean } } } };
  const tuned = set(run, { task: 'text', text: 'plays', model: 'pretrained', ...settings });
  return { ...tuned, snapshot: { ...tuned.snapshot, measured } };
}

describe('a run before that was fine-tuned', () => {
  const [full, lora] = [forgetting({ tune: 'full' }, 3), forgetting({ tune: 'lora' }, 2)];
  const both = inputOf({ run: lora, previous: full, config: lora.config });

  it('keeps the line of what it forgot, in chart and table', () => {
    const { series } = lossModel(both, 'log');
    const old = series.find(({ key }) => key === 'previousOld');
    expect(old).toMatchObject({ label: 'previous, old text', style: 'dashed', mean: full.snapshot.measured?.old?.streams['loss']?.mean });
    expect(old?.quiet).toBeUndefined();
  });
  it('says what it was set to, and what the line of the old text is', () => {
    expect(lossModel(both, 'log').beside).toBe(
      'old text (green) = held-out text it was pretrained on · previous run: Fine-tune All weights (now LoRA)',
    );
    expect(lossModel(inputOf({}), 'log').beside).toBeUndefined();
  });
  it('says of the training loss that it is of both texts, where old text is replayed', () => {
    const replayed = forgetting({ replay: 0.1 }, 2);
    const { subtitle, summary } = lossModel(inputOf({ run: replayed, config: replayed.config }), 'log');
    expect(subtitle.replaceAll('\u00a0', ' ')).toBe('thick = validation, thin = training (with 10 % old text)');
    expect(summary).toContain('training loss, of new and old text together,');
    expect(lossModel(both, 'log').subtitle).toBe('thick = validation, thin = training');
  });
});

describe('a run before', () => {
  it('is no comparison beside another task or text', () => {
    const plays = set(run, { task: 'text', text: 'plays' });
    expect(comparable(plays, plays)).toEqual({ previous: plays });
    expect(comparable(plays, set(plays, { text: 'names' }))).toEqual({ otherText: true });
    expect(comparable(run, plays)).toEqual({});
    // Which text would be learned says nothing where none is.
    expect(comparable(run, set(run, { text: 'names' }))).toEqual({ previous: run });
    expect(comparable(undefined, run)).toEqual({});
  });
  it('is no comparison beside another text of one’s own, and that is said', () => {
    const own = set(run, { task: 'text', text: 'own' });
    const [mine, other] = ['mine', 'other'].map((textPrint) => ({ ...own, textPrint }));
    expect(comparable(mine, { config: own.config, textPrint: 'mine' })).toEqual({ previous: mine });
    expect(comparable(mine, other!)).toEqual({ otherText: true });
    // Of one without a fingerprint it is not known: it is drawn, as ever.
    expect([comparable(own, mine!), comparable(mine, own)]).toEqual([{ previous: own }, { previous: mine }]);
    const beside = (previous: typeof mine) =>
      lossModel(inputOf({ run: other, config: own.config, ...comparable(previous, other!) }), 'log').beside;
    expect([beside(mine), beside(other)]).toEqual(['previous run: on another text, so not drawn', undefined]);
    // A run without a step was none.
    expect(beside({ ...set(drawnRun({ done: 0 }), { task: 'text', text: 'own' }), textPrint: 'mine' })).toBeUndefined();
  });
  it('is told from the present one by a few settings, and by none that say only how it was watched', () => {
    const previous = set(run, { batchSize: 3, epochs: 7, learningRate: 0.9, seed: 9, pace: 5 });
    expect(previousInWords(inputOf({ previous }))).toEqual([expect.stringMatching(/^previous run: .* \(now .* and 1 more$/)]);
    expect(previousInWords(inputOf({ previous: set(run, { pace: 5 }) }))).toEqual([]);
    expect(previousInWords(inputOf({ previous: drawnRun({ done: 0 }) }))).toEqual([]);
  });
});

describe('the first point', () => {
  it('takes the place of the words of an empty chart once a step is made', () => {
    const first = (values: Float64Array) => values.slice(0, 1);
    const { evaluations } = run.snapshot;
    const at = { step: first(evaluations.at.step), epoch: first(evaluations.at.epoch) };
    const bands = Object.entries(evaluations.streams).map(([name, { mean }]) => [
      name,
      { mean: first(mean), min: first(mean), max: first(mean) },
    ]);
    const one = {
      at: { ...evaluations.at, ...at, examples: at.step, seconds: at.step },
      streams: Object.fromEntries(bands) as typeof evaluations.streams,
    };
    const begun = { ...run, snapshot: { ...run.snapshot, evaluations: one } };
    expect(metricModel(inputOf({ run: begun }), 'linear').empty).toBeUndefined();
    const none = { at: { step: new Float64Array(), epoch: new Float64Array(), examples: new Float64Array(), seconds: new Float64Array() } };
    const ready = { ...begun, snapshot: { ...begun.snapshot, step: 0, steps: { ...run.snapshot.steps, ...none } } };
    expect(metricModel(inputOf({ run: ready }), 'linear').empty).toContain('point by point');
  });
});

describe('a log scale of losses', () => {
  it('lies close around less than a decade, and else has round ends', () => {
    expect(closeLogScale([3.6, 5.46, 5.7, NaN])).toEqual({ kind: 'log', low: 3, high: 6 });
    expect(closeLogScale([0.03, 0.69])).toEqual(scaleAround([0.03, 0.69], 'log'));
    expect(closeLogScale([2, 2])).toEqual(scaleAround([2, 2], 'log'));
    expect(closeLogScale([])).toEqual(scaleAround([], 'log'));
  });
});
