/** Links, live changes and JSON: whatever is written is read back, and whatever is read gives a valid configuration. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyValueOf } from '../testing/any-value.ts';
import { rangeOf } from './check-value.ts';
import type { Change } from './changes.ts';
import { normalize, resolve } from './config.ts';
import { fromJson } from './json.ts';
import type { Spec, Value } from './kinds.ts';
import { parameterIds, specOf } from './table.ts';
import { fromHash, mostProblems, toHash } from './url.ts';

const keysOf = (text: string) => fromHash(text).problems.map((problem) => problem.key);

/** Any value of a parameter, allowed in the default setting or nearly so. */
const valueOf = (spec: Spec): fc.Arbitrary<Value> =>
  anyValueOf(spec, (one) => {
    const { min, max } = rangeOf(one, resolve({}));
    return one.integer ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
  });

const anyChoices = fc.record(Object.fromEntries(parameterIds.map((id) => [id, valueOf(specOf(id))])), { requiredKeys: [] });
const anyConfig = anyChoices.map((choices) => normalize(choices).config);
/** Something like a hash: true keys and values mixed with anything. */
const anyHash = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(...parameterIds.map((id) => specOf(id).urlKey), 'v', 'hide', 'lock', 'changes', 'run', 'view'),
        fc.string({ unit: 'binary' }),
      ),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double().map(String),
        fc.constantFrom('NaN', '-1', '1e9', '%', '%zz', '<script>', 'lr,lr', '1:lr:2,'),
      ),
    ),
  )
  .map((parts) => parts.map(([key, value]) => `${key}=${value}`).join('&'));

describe('toHash and fromHash', () => {
  it('give back any link', () => {
    const some = fc.subarray([...parameterIds]);
    fc.assert(
      fc.property(anyConfig, some, some, fc.boolean(), fc.boolean(), (config, hide, lock, run, projector) => {
        const link = { ...fromHash('').link, config, hide, lock, run, view: projector ? ('projector' as const) : undefined };
        expect(fromHash(toHash(link))).toEqual({ link, problems: [] });
      }),
    );
  });

  it('write only what differs, readably', () => {
    expect(toHash(fromHash('').link)).toBe('#v=1');
    const link = { ...fromHash('').link, config: resolve({ task: 'moons', learningRate: 3e-4, layers: [], earlyStopping: true }) };
    const changes: Change[] = [{ step: 400, id: 'learningRate', value: 0.003 }];
    expect(toHash({ ...link, changes, lock: ['seed'], run: true })).toBe(
      '#v=1&task=moons&layers=none&lr=0.0003&stop=1&changes=400:lr:0.003&lock=seed&run=1',
    );
  });

  it('take any text whatever, and use what they can', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), anyHash), (text) => {
        const { link, problems } = fromHash(text);
        expect(normalize(link.config).problems).toEqual([]);
        expect(problems.length).toBeLessThanOrEqual(mostProblems + 1);
        for (const { key, value, message } of problems) {
          expect(key.length).toBeLessThanOrEqual(40);
          expect(value.length).toBeLessThanOrEqual(40);
          expect(message).toMatch(/\.$/);
        }
        expect(fromHash(toHash(link))).toEqual({ link, problems: [] });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['', []],
    ['#', []],
    ['#task=spiral', []],
    ['#v=1&lr=NaN', ['lr']],
    ['#lr=-1&batch=1e9', ['lr', 'batch']],
    ['#lr=0x10', ['lr']],
    ['#v=2', ['v']],
    ['#v=old', ['v']],
    ['#<script>alert(1)</script>', ['<script>alert(1)</script>']],
    ['#lr=%E0%A4%A', ['lr']],
    ['#%=1', ['%=1']],
    ['#lr', ['lr']],
    ['#lr=0.1&lr=0.2', ['lr']],
    ['#learningRate=0.1', ['learningRate']],
    ['#stop=true', ['stop']],
    ['#layers=16,,16', ['layers']],
    ['#hide=lr,nothing&view=tv&run=yes', ['hide', 'view', 'run']],
    ['#task=digits&loss=bce', ['loss']],
    ['#drawn=0:1,0.5', ['drawn']],
    ['#drawn=0:NaN,1:0', ['drawn']],
    ['#drawn=0:1:2', ['drawn']],
    ['#drawn=none', ['drawn']],
    ['#drawn=', ['drawn']],
    [`#drawn=${Array.from({ length: 65 }, (_, i) => `${String(i / 64)}:1`).join(',')}`, ['drawn']],
  ])('name what is wrong with %s', (text, keys) => {
    expect(keysOf(text)).toEqual(keys);
  });

  it('use the rest of a link with faults, and the nearest value of a number out of range', () => {
    const { link } = fromHash('#lr=99&task=moons&nonsense=1&wd=-3&opt=sgd&lr=0.5&act=%72elu');
    expect(link.config).toMatchObject({ task: 'moons', learningRate: 10, weightDecay: 0, optimizer: 'sgd', activation: 'relu' });
  });

  it('use of a curve with faults what has a place, in rising order, and of two knots at one place the first', () => {
    const drawn = (text: string) => fromHash(`#drawn=${text}`).link.config.drawn;
    expect(drawn('-0.5:1,0.5:99,2:0.25')).toEqual([
      [0, 1],
      [0.5, 10],
      [1, 0.25],
    ]);
    expect(drawn('0.5:0.2,0:1,0.5:3')).toEqual([
      [0, 1],
      [0.5, 0.2],
    ]);
    expect(drawn(Array.from({ length: 1000 }, (_, i) => `${String(i / 1000)}:1`).join(','))).toHaveLength(64);
    expect(fromHash('#drawn=0:1,2:0').problems[0]?.message).toBe('drawn: “0:1,2:0” has places outside 0 to 1; 0:1,1:0 is used.');
  });

  it('write a curve so that it can be read', () => {
    const config = resolve({
      schedule: 'drawn',
      drawn: [
        [0, 0.1],
        [0.125, 1],
        [1, 1e-7],
      ],
    });
    expect(toHash({ ...fromHash('').link, config })).toBe('#v=1&sched=drawn&drawn=0:0.1,0.125:1,1:1e-7');
  });

  it('read 100 kB of anything at once', () => {
    const long = 100_000;
    const texts = [
      '&='.repeat(long / 2),
      'a=1&'.repeat(long / 4),
      `lr=${'1'.repeat(long)}`,
      `layers=${'1,'.repeat(long / 2)}`,
      `drawn=${'0:1,'.repeat(long / 4)}`,
      `drawn=${':'.repeat(long)}`,
      '%'.repeat(long),
    ];
    const more = [
      `changes=${'1:lr:5,'.repeat(long / 7)}`,
      `changes=${':'.repeat(long)}`,
      `hide=${','.repeat(long)}`,
      `${'9'.repeat(long)}=9`,
    ];
    const started = performance.now();
    for (const text of [...texts, ...more]) expect(fromHash(text).problems.length).toBeLessThanOrEqual(mostProblems + 1);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('list the same complaint once, with how often it was made', () => {
    expect(fromHash('lr=1&'.repeat(20_000)).problems.map(({ message }) => message)).toEqual([
      'lr: “1” is given again; the first one is used (19999 times).',
    ]);
  });

  it('count the complaints that they do not list', () => {
    const { problems } = fromHash(Array.from({ length: 50 }, (_, k) => `x${k}=1`).join('&'));
    expect(problems).toHaveLength(mostProblems + 1);
    expect(problems.at(-1)?.message).toBe('30 more parts could not be used.');
  });
});

describe('fromJson', () => {
  it('reads link keys and ids, typed or as text', () => {
    const { config, changes, problems } = fromJson({
      v: 1,
      task: 'digits',
      lr: 0.1,
      batchSize: 50,
      layers: [32],
      stop: 1,
      restoreBest: false,
      pixels: 14,
      epochs: '3',
      changes: '4:lr:1',
      view: 'projector',
    });
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      task: 'digits',
      learningRate: 0.1,
      batchSize: 50,
      layers: [32],
      earlyStopping: true,
      restoreBest: false,
      pixels: '14',
      epochs: 3,
    });
    expect(changes).toEqual([{ step: 4, id: 'learningRate', value: 1 }]);
  });

  it('gives back a whole configuration', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        expect(fromJson(JSON.parse(JSON.stringify(config)))).toEqual({ config, changes: [], problems: [] });
      }),
    );
  });

  it.each([
    [null, 'config'],
    [[1], 'config'],
    [7, 'config'],
    [{ what: 1 }, 'what'],
    [{ lr: '1x' }, 'lr'],
    [{ lr: null }, 'lr'],
    [{ n: 50, trainingSize: 60 }, 'trainingSize'],
    [{ changes: 5 }, 'changes'],
  ])('complains about %j', (json, key) => {
    expect(fromJson(json).problems.map((problem) => problem.key)).toEqual([key]);
  });

  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(normalize(fromJson(json).config).problems).toEqual([]);
      }),
    );
  });
});
