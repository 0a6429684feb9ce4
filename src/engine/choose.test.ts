/** The choice among engines, on executors that are slow on purpose by a clock of their own. */
import { describe, expect, it } from 'vitest';
import { chooseEngine, useEngine, type EngineSource } from './choose.ts';
import { EngineError } from './engine-error.ts';
import type { EngineName } from './engines.ts';
import { MeasuredSpeeds } from './measured-speeds.ts';
import { lineFeeds, lineProgram, perceptronFeeds, perceptronProgram } from './testing-programs.ts';
import type { Executor } from '../graph/executor.ts';

interface Fake {
  readonly stepMilliseconds?: number;
  readonly software?: boolean;
  readonly error?: string;
}

/** Engines of given speeds; `log` tells what was done to them. */
function fakes(engines: Readonly<Record<EngineName, Fake>>, threads = 1): EngineSource & { readonly log: string[] } {
  let clock = 0;
  const log: string[] = [];
  const check = ({ error }: Fake): void => {
    if (error !== undefined) throw new EngineError('unsupported', error);
  };
  const executor = (engine: EngineName, fake: Fake): Executor => ({
    engine,
    device: `${engine} device`,
    load: () => {
      log.push(`load ${engine}`);
      return Promise.resolve();
    },
    run: (feeds) => {
      clock += feeds.length * (fake.stepMilliseconds ?? 1);
      log.push(`run ${engine}`);
      return Promise.resolve({});
    },
    evaluate: () => Promise.resolve({}),
    readState: () => Promise.resolve({}),
    writeState: () => Promise.resolve(),
    dispose: () => {
      log.push(`dispose ${engine}`);
    },
  });
  return {
    log,
    measured: new MeasuredSpeeds(),
    threads,
    now: () => clock,
    probe: async (name) => {
      await Promise.resolve();
      check(engines[name]);
      return { device: `${name} device`, software: engines[name].software ?? false };
    },
    open: async (name) => {
      await Promise.resolve();
      check(engines[name]);
      log.push(`open ${name}`);
      return { executor: executor(name, engines[name]), software: engines[name].software ?? false };
    },
  };
}

/** Our own engines that cannot be had, to see the others among themselves. */
const absent = { wasm: { error: 'no SIMD' }, webgpu: { error: 'no adapter' } };

const large = perceptronProgram(784, 256, 10, 256);
const largeFeeds = perceptronFeeds(0, 2, 256);

describe('chooseEngine', () => {
  it('does not even open a GPU for a tiny model', async () => {
    const source = fakes({ ...absent, 'tfjs-webgpu': {}, 'tfjs-webgl': {}, 'tfjs-cpu': {} });
    const choice = await chooseEngine(lineProgram(), lineFeeds(0, 2), [], source);
    expect(choice.engine).toBe('tfjs-cpu');
    expect(source.log.filter((line) => line.startsWith('open'))).toEqual(['open tfjs-cpu']);
    expect(choice.candidates.find(({ engine }) => engine === 'tfjs-webgl')?.refused).toMatch(/^Predicted, not measured: /);
    expect(choice.candidates.map(({ engine, refused }) => [engine, refused === undefined])).toEqual([
      ['webgpu', false],
      ['tfjs-webgpu', false],
      ['tfjs-webgl', false],
      ['wasm', false],
      ['tfjs-cpu', true],
    ]);
  });

  it('times the likely ones and takes the fastest, loaded afresh', async () => {
    const source = fakes({
      ...absent,
      'tfjs-webgpu': { stepMilliseconds: 1.25 },
      'tfjs-webgl': { stepMilliseconds: 0.5 },
      'tfjs-cpu': { stepMilliseconds: 50 },
    });
    const choice = await chooseEngine(large, largeFeeds, [], source);
    expect(choice.engine).toBe('tfjs-webgl');
    expect(choice.candidates.find(({ engine }) => engine === 'tfjs-webgl')?.stepsPerSecond).toBeCloseTo(2000);
    expect(choice.why).toBe('tfjs-webgl makes 2,000 steps a second with this model, 2.5 times as many as tfjs-webgpu.');
    expect(source.log.at(-1)).toBe('load tfjs-webgl');
    expect(source.log).toContain('dispose tfjs-webgpu');
    expect(source.now()).toBeLessThan(300);
  });

  it('prefers our own kernels on a graphics card for a large model, and never on one that is a program', async () => {
    const card = { wasm: { stepMilliseconds: 30 }, webgpu: { stepMilliseconds: 3 }, 'tfjs-webgpu': { stepMilliseconds: 5 }, 'tfjs-webgl': {}, 'tfjs-cpu': {} }; // prettier-ignore
    expect((await chooseEngine(large, largeFeeds, [], fakes(card))).engine).toBe('webgpu');
    const [webgpu, tfjs] = [card.webgpu, card['tfjs-webgpu']].map((engine) => ({ ...engine, software: true })) as [Fake, Fake];
    const program = fakes({ ...card, webgpu, 'tfjs-webgpu': tfjs, 'tfjs-webgl': { software: true } });
    const { engine, candidates } = await chooseEngine(large, largeFeeds, [], program);
    expect(engine).toBe('wasm');
    expect(candidates[0]).toMatchObject({ engine: 'webgpu', refused: expect.stringMatching(/program on the CPU/) as unknown });
    expect(program.log).not.toContain('open webgpu');
  });

  it('times the processor beside a card where its threads bring it near', async () => {
    const none = { error: 'not here' };
    const engines = {
      wasm: { stepMilliseconds: 3 },
      webgpu: { stepMilliseconds: 4 },
      'tfjs-webgpu': none,
      'tfjs-webgl': none,
      'tfjs-cpu': none,
    };
    const larger = perceptronProgram(784, 1024, 10, 256);
    const [one, four] = [fakes(engines, 1), fakes(engines, 4)];
    expect((await chooseEngine(larger, largeFeeds, [], one)).engine).toBe('webgpu');
    expect(one.log).not.toContain('open wasm');
    expect((await chooseEngine(larger, largeFeeds, [], four)).engine).toBe('wasm');
  });

  it('times a model once, and a model of another size again', async () => {
    const source = fakes({ ...absent, 'tfjs-webgpu': { stepMilliseconds: 5 }, 'tfjs-webgl': { stepMilliseconds: 2 }, 'tfjs-cpu': {} });
    const first = await chooseEngine(large, largeFeeds, [], source);
    const before = source.log.length;
    const second = await chooseEngine(perceptronProgram(784, 256, 10, 256), largeFeeds, [], source);
    expect(source.log.slice(before)).toEqual(['open tfjs-webgpu', 'open tfjs-webgl', 'dispose tfjs-webgpu', 'load tfjs-webgl']);
    expect(second).toMatchObject({ engine: first.engine, why: first.why, candidates: first.candidates });
    await chooseEngine(perceptronProgram(784, 257, 10, 256), largeFeeds, [], source);
    expect(source.log.slice(before + 4)).toContain('run tfjs-webgpu');
  });

  it('does not take an engine again that has failed since it was timed', async () => {
    const source = fakes({ ...absent, 'tfjs-webgpu': { stepMilliseconds: 5 }, 'tfjs-webgl': { stepMilliseconds: 2 }, 'tfjs-cpu': {} });
    await chooseEngine(large, largeFeeds, [], source);
    const { engine, candidates } = await chooseEngine(large, largeFeeds, ['tfjs-webgl'], source);
    expect(engine).toBe('tfjs-webgpu');
    expect(candidates).toContainEqual({ engine: 'tfjs-webgl', refused: 'It failed before.' });
  });

  it('passes over software GPUs and engines that refuse, and says why', async () => {
    const source = fakes({ ...absent, 'tfjs-webgpu': { error: 'no adapter' }, 'tfjs-webgl': { software: true }, 'tfjs-cpu': {} });
    const choice = await chooseEngine(large, largeFeeds, [], source);
    expect(choice.engine).toBe('tfjs-cpu');
    expect(choice.candidates[1]).toEqual({ engine: 'tfjs-webgpu', refused: 'no adapter' });
    expect(choice.candidates[2]?.refused).toMatch(/program on the CPU/);
    expect(source.log).not.toContain('open tfjs-webgl');
  });

  it('takes a software GPU when nothing else is left, and fails when nothing at all is', async () => {
    const source = fakes({ ...absent, 'tfjs-webgpu': { error: 'no adapter' }, 'tfjs-webgl': { software: true }, 'tfjs-cpu': {} });
    expect((await chooseEngine(large, largeFeeds, ['tfjs-cpu'], source)).engine).toBe('tfjs-webgl');
    await expect(chooseEngine(large, largeFeeds, ['tfjs-cpu', 'tfjs-webgl'], source)).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('leaves the run as it would have been', async () => {
    const feeds = lineFeeds(0, 5);
    const chosen = await chooseEngine(lineProgram(), feeds);
    const asked = await useEngine(chosen.engine, lineProgram());
    expect(await chosen.executor.run(feeds)).toEqual(await asked.executor.run(feeds));
    chosen.executor.dispose();
    asked.executor.dispose();
  });

  it('takes WebAssembly in Node, for a small model and for a large one', async () => {
    for (const [program, feeds] of [
      [lineProgram(), lineFeeds(0, 2)],
      [large, largeFeeds],
    ] as const) {
      const { engine, executor } = await chooseEngine(program, feeds);
      executor.dispose();
      expect(engine).toBe('wasm');
    }
  });

  it('has only the CPU in Node', async () => {
    await expect(useEngine('tfjs-webgl', lineProgram())).rejects.toMatchObject({ kind: 'unsupported' });
  });
});
