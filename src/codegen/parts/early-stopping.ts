/** Group 8: which evaluation was best, when patience runs out, and what happens then. */
import type { Config } from '../../params/config.ts';
import type { Emitter, PartInputs } from '../part.ts';
import { indent, under } from '../python.ts';
import type { Lines } from '../python.ts';
import { judgedModel, keepsAverage } from './regularization.ts';

/** Whether more is better for what is watched. */
function higherIsBetter({ material, phases }: PartInputs): boolean {
  const { kind, language } = material;
  return phases.config.monitor === 'metric' && (language ? language.promptLength > 0 : kind !== 'regression');
}

/** What is watched, turned so that lower is better, from `loss` and `metric` of the validation split. */
export function watched(inputs: PartInputs): string {
  if (inputs.phases.config.monitor === 'loss') return 'valid_loss';
  return higherIsBetter(inputs) ? '-metric' : 'metric';
}

/** Counts evaluations without improvement; with a cut of the rate it begins again. */
function patienceLines(inputs: PartInputs): Lines {
  const { phases } = inputs;
  const smoothing = phases.value('monitorSmoothing');
  const smooths = smoothing !== '0';
  const after = phases.value('stopAfter');
  return [
    ...(smooths ? [`smoothed = value if smoothed is None else ${smoothing} * smoothed + (1 - ${smoothing}) * value`] : []),
    ...(after === '0' ? [] : ['seen += 1']),
    `improved = ${smooths ? 'smoothed' : 'value'} < reference${marginLines(inputs)}`,
    'if improved:',
    ...indent([`reference = ${smooths ? 'smoothed' : 'value'}`]),
    `bad = 0 if improved${after === '0' ? '' : ` or seen <= ${after}`} else bad + 1`,
  ];
}

/** A share of a reference that is still infinite is no margin. */
function marginLines({ phases }: PartInputs): string {
  const delta = phases.value('minDelta');
  if (delta === '0') return '';
  const isRelative = (config: Config) => config.stopMode === 'relative';
  if (!phases.some(isRelative)) return ` - ${delta}`;
  const share = `${delta} * abs(reference)`;
  const relative = phases.config.baseline > 0 ? share : `(${share} if reference < math.inf else 0)`;
  if (phases.keeps('stopMode')) return ` - ${relative}`;
  return ` - (${relative} if ${phases.value('stopMode')} == "relative" else ${delta})`;
}

function ranOut({ phases }: PartInputs): Lines {
  const patience = phases.value('patience');
  const cut = phases.some(({ earlyStopping, onPatience }) => earlyStopping && onPatience === 'cut');
  const stop = phases.some(({ earlyStopping, onPatience }) => earlyStopping && onPatience === 'stop');
  const stops = [`stopped = bad >= ${patience}`];
  const factor = phases.value('cutFactor');
  const plateau = phases.some(({ schedule }) => schedule === 'plateau');
  const cuts = [
    `if bad >= ${patience}:  # patience has run out: a smaller rate, and patience begins again`,
    ...indent([
      'bad = 0',
      'for group in optimizer.param_groups:',
      ...indent([`group["lr"] *= ${factor}`]),
      ...(plateau ? [`scheduler.min_lrs = [lr * ${factor} for lr in scheduler.min_lrs]`, `scheduler.eps *= ${factor}`] : []),
      ...(plateau ? [] : [`scheduler.base_lrs = [lr * ${factor} for lr in scheduler.base_lrs]`]),
    ]),
  ];
  if (cut && stop) return [`if ${phases.value('onPatience')} == "stop":`, ...indent(stops), 'else:', ...indent(cuts)];
  return cut ? cuts : stop ? stops : [];
}

/** Whether the rate may be cut when patience runs out. */
export function cutsRate({ phases }: PartInputs): boolean {
  return phases.some(({ earlyStopping, onPatience }) => earlyStopping && onPatience === 'cut');
}

/** Whether the script keeps the best weights. */
function restoresBest({ phases }: PartInputs): boolean {
  return phases.some(({ restoreBest }) => restoreBest);
}

/** Writes it. */
export const earlyStopping: Emitter = (inputs) => {
  const { phases } = inputs;
  const on = phases.some((config) => config.earlyStopping);
  const judged = judgedModel(inputs);
  const { baseline } = phases.config;
  const reference = baseline === 0 ? 'math.inf' : higherIsBetter(inputs) ? `-${String(baseline)}` : String(baseline);
  const smooths = phases.some(({ monitorSmoothing }) => monitorSmoothing > 0);
  const counts = phases.some(({ stopAfter }) => stopAfter > 0);
  const best = restoresBest(inputs)
    ? [
        'if value < best_value:',
        ...indent([
          'best_value, best_step = value, step',
          `best_weights = copy.deepcopy(${judged === 'average' && keepsAverage(inputs) ? `${modelOf(inputs)}.state_dict()` : 'model.state_dict()'})`,
        ]),
      ]
    : [];
  return {
    imports: restoresBest(inputs) ? ['import copy'] : [],
    setup: [
      ...(restoresBest(inputs) ? ['best_value, best_step, best_weights = math.inf, 0, None'] : []),
      ...(on
        ? [
            `reference, bad${smooths ? ', smoothed' : ''}${counts ? ', seen' : ''} = ${reference}, 0${smooths ? ', None' : ''}${counts ? ', 0' : ''}`,
          ]
        : []),
    ],
    evaluated: [
      ...best,
      ...(on
        ? [
            'if on_cadence:',
            ...indent([
              ...patienceLines(inputs),
              ...under(
                phases.condition('early_stopping', (config) => config.earlyStopping),
                ranOut(inputs),
              ),
            ]),
          ]
        : []),
    ],
    finish: restoresBest(inputs)
      ? under(
          phases.condition('restore_best', ({ restoreBest }) => restoreBest),
          ['if best_weights is not None:', ...indent([`${modelOf(inputs)}.load_state_dict(best_weights)`])],
        )
      : [],
  };
};

/** The module that holds the judged weights under their plain names. */
function modelOf(inputs: PartInputs): string {
  if (judgedModel(inputs) !== 'average') return 'model';
  return inputs.phases.config.optimizer === 'asgd' ? 'average' : 'average.module';
}
