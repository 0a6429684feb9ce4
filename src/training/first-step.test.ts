/** What an engine is measured with is all that the graph of the step reads, whatever a parameter switches on. */
import { describe, expect, it } from 'vitest';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { scenarioBase, scenarios } from '../testing/scenarios.ts';
import { tinyDigits, tinyPenguins } from '../testing/tiny-assets.ts';
import { tinyPretrained } from '../testing/tiny-shipped.ts';
import { firstStep } from './first-step.ts';

const assets = {
  digits: tinyDigits(Array.from({ length: 60 }, (_, i) => i % 10)),
  penguins: tinyPenguins(60),
  text: 'A plain text that says little, line after line, and is long enough to be cut.\n'.repeat(200),
  pretrained: tinyPretrained(),
};

describe('the first step', () => {
  it.each(Object.entries(scenarios))('has a value for every scalar and feed: %s', (id, { in: around, values }) => {
    for (const value of values) {
      const { config } = normalize({ ...scenarioBase, ...around, [id]: value });
      const { program, feeds } = firstStep(config, makeTask(config, assets));
      const [feed] = feeds;
      const given = new Set([...Object.keys(feed?.scalars ?? {}), ...Object.keys(feed?.tensors ?? {})]);
      const read = program.graphs.step.nodes.flatMap((node) => (node.op === 'scalar' || node.op === 'feed' ? [node.name] : []));
      expect(read.filter((name) => !given.has(name))).toEqual([]);
      expect(Object.values(feed?.scalars ?? {}).every((scalar) => typeof scalar === 'number')).toBe(true);
    }
  });
});
