/** The words of the command line as options, and the complaints about them. */
import { describe, expect, it } from 'vitest';
import { parameters } from '../params/table.ts';
import { readOptions, readPretrainOptions } from './options.ts';

function problems(...args: readonly string[]): readonly string[] {
  const read = readOptions(args);
  return 'problems' in read ? read.problems : [];
}

describe('options of pretraining', () => {
  it('refuse a file for lines, since the folder keeps them', () => {
    const read = readPretrainOptions(['#task=moons', '--folder', '/nowhere', '--out', 'x.jsonl']);
    expect('problems' in read && read.problems.join(' ')).toMatch(/--out/);
  });
});

describe('options', () => {
  it.each(['--help', '-h'])('%s asks for the usage', (word) => {
    const read = readOptions([word]);
    expect('help' in read && read.help).toMatch(/npm run -s train -- .*--config .*--save/);
  });

  it('the usage names every engine, one a line, and which of them only browsers have', () => {
    const read = readOptions(['--help']);
    const lines = 'help' in read ? read.help.split('\n') : [];
    for (const { value, line } of parameters.engine.options) {
      const [said, ...more] = lines.filter((one) => one.startsWith(`  ${value} `));
      expect([said?.includes(line), more]).toEqual([true, []]);
      expect(said?.includes('In browsers only.')).toBe(['webgpu', 'tfjs-webgpu', 'tfjs-webgl'].includes(value));
    }
  });

  it('are the defaults without any words', () => {
    const read = readOptions([]);
    expect('options' in read && read.options).toMatchObject({ config: { task: 'spiral', maxSteps: 0 }, changes: [] });
  });

  it('come from a whole address as Share copies it', () => {
    const read = readOptions(['http://localhost:4173/#task=moons&lr=0.5']);
    expect('options' in read && [read.options.config.task, read.options.config.learningRate]).toEqual(['moons', 0.5]);
  });

  it('come from a link, with changes, and from words of their own, which win', () => {
    const read = readOptions(['#task=moons&steps=7&changes=3:lr:0.5', '--steps', '9', '--engine', 'tfjs-cpu', '--out', 'a', '--save', 'b']);
    expect('options' in read && read.options).toMatchObject({
      config: { task: 'moons', maxSteps: 9, engine: 'tfjs-cpu' },
      changes: [{ step: 3, id: 'learningRate', value: 0.5 }],
      out: 'a',
      save: 'b',
    });
  });

  it.each([
    ['two links', ['#lr=0.1', '#lr=0.2'], /one link/],
    ['a link and a file', ['#lr=0.1', '--config', '/no/such.json'], /one of them/],
    ['a file that is not there', ['--config', '/no/such.json'], /could not be read/],
    ['a link and a run to resume', ['#lr=0.1', '--resume', '/no/such'], /one of them/],
    ['a run that is not there', ['--resume', '/no/such'], /^resume: \/no\/such cannot be used/],
    ['a run that is something else', ['--resume', 'package.json'], /^resume: .*not a safetensors file/],
    ['a word that means nothing', ['--sideways'], /--sideways.*Usage/],
    ['steps that are no number', ['--steps', 'many'], /^steps: .*not a number/],
    ['no steps at all', ['--steps', ''], /^steps: /],
    ['steps below 0', ['--steps=-3'], /^steps: -3 is not a number of steps; give a whole number from 1\.$/],
    ['steps below 0 as a word of their own', ['--steps', '-5'], /^steps: -5 is not a number of steps/],
    ['steps of 0', ['--steps', '0'], /^steps: 0 is not a number of steps/],
    ['steps without end', ['--steps', '1e400'], /^steps: 1e400 is too large/],
    ['a rate beyond all numbers', ['#lr=1e400'], /^lr: “1e400” is above the largest allowed value, 10\.$/],
    ['half a step', ['--steps', '1.5'], /^steps: 1\.5 is not a number of steps/],
    ['a broken change', ['#changes=5:nonsense:1'], /^changes: /],
  ])('%s: a complaint', (_name, args, complaint) => {
    expect(problems(...args).some((problem) => complaint.test(problem))).toBe(true);
    problems(...args).forEach((problem) => expect(problem).not.toContain('\n'));
  });
});
