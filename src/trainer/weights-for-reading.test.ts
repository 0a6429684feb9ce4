/** Which weights a text is read with. */
import { describe, expect, it } from 'vitest';
import { buildLanguageModel, languageOptions } from '../models/build-language-model.ts';
import { withLora } from '../models/lora.ts';
import { initialParameters } from '../models/initialization.ts';
import { resolve } from '../params/config.ts';
import { languageTask } from '../tasks/language-task.ts';
import { makeTask } from '../tasks/make-task.ts';
import { drawnWeights } from '../testing/language-variants.ts';
import { decoderOf } from '../language/language-model.ts';
import { weightsForReading } from './weights-for-reading.ts';

const config = resolve({ task: 'copy', length: 3, width: 8, depth: 1 });
const task = languageTask({ ...config, task: 'copy', heldOutSize: 8 }, {});
const options = languageOptions({ ...config, model: 'gpt' }, task);
const network = buildLanguageModel(options);
const weights = drawnWeights(options, 5);

describe('the weights that a text is read with', () => {
  it('are those of the network itself', async () => {
    const read = await weightsForReading({ task, model: network, weights: () => Promise.resolve(weights) }, config);
    expect(read?.model).toEqual({ options, tokenizer: task.tokenizer, weights });
  });

  it('are the fixed ones with the thin matrices merged into them', async () => {
    const lora = withLora(network, weights, { rank: 2, loraAlpha: 4, adapted: 'all' });
    const thin = initialParameters(lora, 'glorot', 3).map((value) => value + 0.1);
    const read = await weightsForReading({ task, model: lora, weights: () => Promise.resolve(thin) }, config);
    expect(read?.model.weights).toEqual(lora.whole?.(thin));
    expect(read?.model.weights).not.toEqual(weights);
    expect(() => decoderOf(read!.model)).not.toThrow();
  });

  it('are none where the task is a table', async () => {
    const moons = resolve({ task: 'moons' });
    const run = { task: makeTask(moons, {}), model: network, weights: () => Promise.resolve(weights) };
    expect(await weightsForReading(run, moons)).toBeUndefined();
  });
});
