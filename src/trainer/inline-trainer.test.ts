/** The contract of trainers against the inline form: the real core on the CPU engine, in this thread. */
import { describe, expect, it } from 'vitest';
import { openInline } from '../testing/inline.ts';
import { trainerContract } from '../testing/trainer-contract.ts';

describe('the inline trainer', () => {
  it.each(trainerContract(openInline))('$title', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });
});
