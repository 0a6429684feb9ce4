/** What is measured of a run beyond its curves, where measuring costs time. It changes what is shown, never what is computed. */
import { formatCount } from '../../shared/format.ts';
import { number, toggle } from '../kinds.ts';
import type { Group, ValuesOf } from '../kinds.ts';

/** The parameters of the group. */
export const diagnostics = {
  updateRatio: toggle({
    label: 'Update ratio',
    symbol: '‖Δw‖/‖w‖',
    group: 'diagnostics',
    default: false,
    applies: 'live',
    urlKey: 'updates',
    names: {},
    help: {
      line: 'Measures at every step by which share of its length each layer moves.',
      paragraph:
        'A thousandth is a usual healthy size. Lines near a tenth: the rate is too high, and the layer is rewritten every ten steps. Lines near a hundred-thousandth: it is too low, or the gradient does not reach that layer. Lines that lie far apart: the layers learn at different speeds. Costs speed: on the CPU a step takes up to a quarter longer on a very small network, a tenth on a larger one.',
      formula: '‖wₜ₊₁ − wₜ‖ / ‖wₜ‖, weights and bias of a layer together',
    },
  }),
  noiseScale: toggle({
    label: 'Gradient noise scale',
    symbol: 'B_noise',
    group: 'diagnostics',
    default: false,
    applies: 'live',
    urlKey: 'noiseScale',
    names: {},
    // A normalised half is another function than its part of the whole batch.
    when: (config) => config.normalization !== 'batch',
    help: {
      line: 'Estimates the batch size at which noise and signal in the gradient are equally strong.',
      paragraph:
        'Batches well below it waste little: twice the batch makes nearly twice the progress in a step. Batches well above it buy almost nothing. It grows during a run, as the signal fades and the noise stays. It takes 64 steps to say anything, and needs shuffled batches of two examples or more, and no batch normalisation. Costs speed: the weights’ gradients are added up over half of each batch once more, so that a step takes an eighth to a third longer; recurrent models go through that half once more, for half as long again (with gradient accumulation, hardly longer).',
      formula: 'B_noise = tr Σ / |G|², both from the two halves of each batch',
      source: 'McCandlish et al. 2018, appendix A.1',
    },
  }),
  sharpness: number({
    label: 'Sharpness every',
    symbol: 'λ',
    group: 'diagnostics',
    unit: 'evaluations',
    min: 0,
    max: 1000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 0,
    zero: 'not measured',
    applies: 'live',
    urlKey: 'sharpness',
    names: {},
    help: {
      line: 'Measures how strongly the loss curves along its steepest direction, at every so many evaluations.',
      paragraph:
        'With the full batch and SGD, a sharpness above 2/η makes the loss bounce along that direction: training often climbs to the line and then hovers at it, the edge of stability. With small batches it settles below. Costs speed: each measurement takes as long as 20 to 80 passes over the training examples (500 of them, if there are more), so measure only every fifth or tenth evaluation.',
      formula: 'largest λ with H·v = λ·v, H = ∇²(training loss + L2)',
      source: 'Cohen et al. 2021; Lanczos 1950',
    },
  }),
};

/** The group and its line. */
export const diagnosticsGroup: Group<ValuesOf<typeof diagnostics>> = {
  id: 'diagnostics',
  title: 'Diagnostics',
  summary: (config) => {
    const measured = [
      ...(config.updateRatio ? ['update ratio'] : []),
      ...(config.noiseScale ? ['noise scale'] : []),
      ...(config.sharpness > 0 ? [`sharpness every ${formatCount(config.sharpness)}`] : []),
    ];
    return measured.length === 0 ? 'none that costs time' : measured.join(' · ');
  },
};
