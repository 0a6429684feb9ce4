/** Rows of language models: what is handed to PyTorch is what our executors train. */
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/graph/graph.ts';
import { createExecutor } from '../../src/engine/wasm/executor.ts';
import { openWasm } from '../../src/engine/wasm/open.ts';
import { languageWork } from './program.ts';
import { languageRows } from './rows.ts';

const small = languageRows.filter(({ id }) => id !== 'gpt-128');

describe('rows of language models', () => {
  it.each(languageRows)('$id: as many tokens and weights as the file for PyTorch says', (row) => {
    const { model, parameters, tokens } = languageWork(row);
    expect(parameters.length).toBe(model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
    expect(tokens.length % (row.batch * (row.model.context + 1))).toBe(0);
    expect(Math.max(...tokens)).toBeLessThan(row.model.vocabulary);
  });

  it.each(small)('$id: begins at chance and learns the tokens that come again', async (row) => {
    const { program, feeds } = languageWork(row);
    const executor = createExecutor(await openWasm());
    await executor.load(program);
    const losses = [...((await executor.run(feeds(0, 33)))['loss'] ?? [])];
    expect(Math.abs((losses[0] ?? 0) - Math.log(row.model.vocabulary))).toBeLessThan(0.1);
    // The first batch comes back after 16 steps.
    expect(losses[32]).toBeLessThan(losses[0] ?? 0);
  });
});
