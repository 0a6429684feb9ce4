/** Which engine a run gets that names one, and that the reason always tells what was asked for. */
import { describe, expect, it } from 'vitest';
import { lineFeeds, lineProgram } from '../engine/testing-programs.ts';
import { openEngine } from './open-engine.ts';

async function opened(engine: 'tfjs-cpu' | 'webgpu', failed: readonly string[] = []) {
  const { executor, report } = await openEngine(engine, failed, { program: lineProgram(), feeds: lineFeeds(0, 2) });
  executor.dispose();
  return report;
}

describe('an engine that is named', () => {
  it('runs where it can be had', async () => {
    expect(await opened('tfjs-cpu')).toMatchObject({ engine: 'tfjs-cpu', why: 'tfjs-cpu was asked for.' });
  });

  it('gives way where it cannot be had, with the reason', async () => {
    const { engine, why, candidates } = await opened('webgpu');
    expect(engine).not.toBe('webgpu');
    expect(why).toMatch(/^webgpu was asked for but cannot be had here: Only browsers have this engine\. /);
    expect(candidates).toContainEqual({ engine: 'webgpu', refused: 'Only browsers have this engine.' });
  });

  it('gives way where it has failed, and says that too', async () => {
    const { engine, why } = await opened('tfjs-cpu', ['tfjs-cpu']);
    expect(engine).not.toBe('tfjs-cpu');
    expect(why).toMatch(/^tfjs-cpu was asked for but has failed here\. \S/);
  });
});
