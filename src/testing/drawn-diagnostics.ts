/** Diagnostics of a made-up run, as far as its settings have them measured. Formulas, as in `drawn-run.ts`. */
import type { Config } from '../params/config.ts';
import type { Plan } from '../schedule/plan.ts';
import type { HistoryColumns } from '../shared/history.ts';
import { MeasuredCurves } from '../trainer/measured-curves.ts';
import type { Evaluation, EvaluationStream, RunSnapshot, StepStream } from '../trainer/trainer.ts';

/** What an evaluation at `step` would add. */
function diagnosedAt({ config, plan }: Made, step: number): Pick<Evaluation, 'noise' | 'sharpness' | 'units'> {
  const scale = 12 * Math.exp((2.5 * step) / plan.totalSteps) * (1 + 0.2 * Math.sin(step / 90));
  const noise = config.noiseScale && step > 0 ? { noise: { scale, low: scale / 1.8, high: 2.1 * scale } } : {};
  const sharpness = (2 / config.learningRate) * (1.05 - Math.exp((-5 * step) / plan.totalSteps));
  const dead = config.layers.map((_, i) => [`layer${String(i + 1)}`, { dead: step < 200 * (i + 1) ? 0 : 0.125 }] as const);
  return {
    ...noise,
    ...(config.sharpness > 0 ? { sharpness } : {}),
    ...(config.activation === 'relu' ? { units: Object.fromEntries(dead) } : {}),
  };
}

/** What is known of a made-up run. */
export interface Made {
  readonly config: Config;
  readonly plan: Plan;
  readonly stepped: HistoryColumns<StepStream>;
  readonly evaluated: HistoryColumns<EvaluationStream>;
}

/** The curves, and what the last evaluation adds. */
export function drawnDiagnostics(made: Made): {
  readonly measured: RunSnapshot['measured'] & object;
  readonly last: Partial<Evaluation>;
} {
  const { config, plan, stepped, evaluated } = made;
  const curves = new MeasuredCurves();
  const fading = (i: number, step: number): number => 2e-3 * 0.5 ** i * Math.exp((-2 * step) / plan.totalSteps);
  const layers = [...config.layers.map((_, i) => `layer${String(i + 1)}`), 'output'];
  const ratios = layers.map((layer, i) => [`update.${layer}`, stepped.gradNorm.map((norm, step) => norm * fading(i, step))] as const);
  if (config.updateRatio)
    curves.addSteps(stepped, { ...stepped, gradients: stepped.step.map(() => 1), measured: Object.fromEntries(ratios) });
  evaluated.step.forEach((step, i) => {
    const at = (column: Float64Array) => Float64Array.of(column[i] ?? NaN);
    const { epoch, examples, seconds } = evaluated;
    const place = { step: Float64Array.of(step), epoch: at(epoch), examples: at(examples), seconds: at(seconds) };
    curves.addEvaluation(place, { step, valLoss: 0, valMetric: 0, ...diagnosedAt(made, step) });
  });
  return { measured: curves.reduce(180), last: diagnosedAt(made, evaluated.step.at(-1) ?? 0) };
}
