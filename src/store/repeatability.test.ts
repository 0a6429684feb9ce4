/** What the page promises about repeating a run that names its engine. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import type { RunRecord } from './state.ts';
import { repeatability, withEngineNames } from './repeatability.ts';

function runOn(asked: 'auto' | 'tfjs-cpu' | 'tfjs-webgpu', ran?: string): { run: RunRecord } {
  const run = { id: 1, config: resolve({ engine: asked }), choices: {}, planned: [] };
  return { run: ran === undefined ? run : { ...run, engine: { engine: ran, device: 'a device', why: 'It was.', candidates: [] } } };
}

describe('repeatability', () => {
  it('is silent while the engine is automatic or unknown', () => {
    expect(repeatability(runOn('auto', 'tfjs-cpu'))).toBeUndefined();
    expect(repeatability(runOn('tfjs-cpu'))).toBeUndefined();
  });

  it('promises bits only on the engine that was named', () => {
    const same = repeatability(runOn('tfjs-cpu', 'tfjs-cpu'));
    expect(same).toEqual({ promise: expect.stringMatching(/bit for bit\.$/) as unknown });
    const other = repeatability(runOn('tfjs-webgpu', 'tfjs-cpu'));
    expect(other?.promise).toContain('within tolerance');
    expect(other?.notice).toBe(`This run asks for WebGPU, tfjs; here it runs on CPU. ${other?.promise ?? ''}`);
  });

  it('leaves it to the trainer to say which engine was asked for', () => {
    for (const ran of ['tfjs-cpu', 'tfjs-webgpu']) expect(repeatability(runOn('tfjs-webgpu', ran))?.promise).not.toMatch(/ask|CPU|WebGPU/);
  });

  it('calls engines by the names that people know', () => {
    expect(withEngineNames('tfjs-webgpu was asked for; tfjs-cpu runs.')).toBe('WebGPU, tfjs was asked for; CPU runs.');
    expect(withEngineNames('webgpu was asked for.')).toBe('WebGPU was asked for.');
  });
});
