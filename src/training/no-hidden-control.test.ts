/** The other half of "no dead control": what the table says does not apply can be moved without any effect on what a run tells. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { differs, normalize } from '../params/config.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import type { Value } from '../params/kinds.ts';
import { parameterIds, parameters, specOf } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { scenarioBase, scenarios } from '../testing/scenarios.ts';
import { testAssets } from '../testing/test-assets.ts';
import { trained } from '../testing/trained.ts';
import type { Told } from '../testing/trained.ts';

const pretrained = { task: 'text', text: 'names', model: 'pretrained', maxSteps: 3 } as const;

/** Where one value hides another, beside the scenarios. */
const hiding: readonly ConfigPatch[] = [
  { optimizer: 'sgd' },
  { optimizer: 'sgd', schedule: 'onecycle' },
  { optimizer: 'sgd', schedule: 'onecycle', cycleMomentum: false },
  { optimizer: 'rmsprop', schedule: 'onecycle', momentum: 0.5 },
  { optimizer: 'muon', schedule: 'cyclic', stepsUp: 3, layers: [4, 4] },
  { optimizer: 'adafactor', schedule: 'onecycle' },
  { optimizer: 'adagrad', schedule: 'onecycle', weightDecay: 0.1 },
  { optimizer: 'sfsgd', schedule: 'cyclic', stepsUp: 3 },
  { optimizer: 'rprop', batchSize: 30 },
  { optimizer: 'rprop', batchSize: 30, l1: 0.1 },
  { schedule: 'cyclic', stepsUp: 3, cycleMomentum: false, cycleMode: 'exp_range' },
  { layers: [] },
  { layers: [], l2: 0.1 },
  { task: 'digits', pixels: '14', model: 'cnn', layers: [], channels: [2], trainingSize: 12, maxSteps: 2 },
  { task: 'digits', pixels: '14', model: 'cnn', layers: [], channels: [2], trainingSize: 12, maxSteps: 2, normalization: 'batch' },
  ...(['full', 'blocks', 'head', 'lora'] as const).map((tune) => ({ ...pretrained, tune })),
  { task: 'penguins' },
  { task: 'blobs', classes: 2 },
];

const places: readonly ConfigPatch[] = [...Object.values(scenarios).map(({ in: where = {} }) => where), ...hiding];
const distinct = [...new Map(places.map((where) => [JSON.stringify(where), where])).values()];

function placed(where: ConfigPatch): Config {
  const { config, problems } = normalize({ ...scenarioBase, ...where });
  expect(problems).toEqual([]);
  return config;
}

const hiddenIn = (config: Config): readonly ParameterId[] => parameterIds.filter((id) => !parameters[id].when(config));

const tell = async (config: Config): Promise<Told> => trained(config, { assets: await testAssets(config) });

/** Another value of a parameter, from one end of what it may be or from the other. */
function moved(id: ParameterId, value: Value, high: boolean): Value {
  const spec = specOf(id);
  switch (spec.kind) {
    case 'number':
      return high === (value !== spec.max) ? spec.max : spec.min;
    case 'toggle':
      // Nesterov allows no dampening: one is moved at a time.
      return !high;
    case 'choice':
      return spec.options.at(high ? -1 : 0)?.value ?? value;
    case 'list':
      return Array.from({ length: high ? spec.maxLength : spec.minLength }, () => spec.max);
    case 'curve':
      return [[0.5, high ? spec.max : 0]];
  }
}

/** The hidden parameters that make a difference one by one. */
async function acting(config: Config, other: Config, before: Told): Promise<readonly ParameterId[]> {
  const found: ParameterId[] = [];
  for (const id of differs(config, other)) if (!isDeepStrictEqual(await tell({ ...config, [id]: other[id] }), before)) found.push(id);
  return found;
}

describe('what does not apply has no effect', () => {
  it('is asked of every parameter that does not always apply', () => {
    const always = specOf('seed').when;
    const seen = new Set(distinct.flatMap((where) => hiddenIn(placed(where))));
    expect(parameterIds.filter((id) => specOf(id).when !== always && !seen.has(id))).toEqual([]);
  });

  it.each(distinct.map((where) => ({ name: JSON.stringify(where), where })))('in $name', async ({ where }) => {
    const config = placed(where);
    const hidden = hiddenIn(config);
    const before = await tell(config);
    for (const high of [true, false]) {
      const values = Object.fromEntries(hidden.map((id) => [id, moved(id, config[id], high)]));
      const other = normalize({ ...config, ...values }).config;
      expect(differs(config, other).filter((id) => !hidden.includes(id))).toEqual([]);
      if (isDeepStrictEqual(await tell(other), before)) continue;
      expect(await acting(config, other, before), 'hidden, but acting').toEqual([]);
      expect.fail('what is hidden acts only together');
    }
  });
});
