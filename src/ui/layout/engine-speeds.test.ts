/** The table of engines: what was measured and what was predicted are told apart in words, not only by place. */
import { expect, it } from 'vitest';
import { engineSpeeds } from './engine-speeds.ts';

it('calls a measured speed measured, and gives the reason where there is none', () => {
  const candidates = [
    { engine: 'webgpu', refused: 'Predicted, not measured: more than three times slower for this model.' },
    { engine: 'tfjs-webgpu', refused: 'webgpu has no adapter.' },
    { engine: 'wasm', stepsPerSecond: 1_234_567 },
  ];
  expect(engineSpeeds({ candidates })).toEqual([
    { engine: 'webgpu', words: 'Predicted, not measured: more than three times slower for this model.', isMeasured: false },
    { engine: 'tfjs-webgpu', words: 'WebGPU has no adapter.', isMeasured: false },
    { engine: 'wasm', words: '1,200,000 steps/s, measured', isMeasured: true },
  ]);
});

it('does not round a slow engine to nothing', () => {
  expect(engineSpeeds({ candidates: [{ engine: 'wasm', stepsPerSecond: 0.413 }] })[0]?.words).toBe('0.41 steps/s, measured');
});

it('has nothing to compare where an engine was asked for and had', () => {
  expect(engineSpeeds({ candidates: [{ engine: 'wasm' }] })).toEqual([]);
});
