/** Counting: what did not pass must never look as if it had. */
import { describe, expect, it } from 'vitest';
import { countPlaywright, countVitest } from './stages.mjs';

describe('countVitest', () => {
  it('counts skipped tests and files that could not be loaded as failed', () => {
    const testResults = [
      { status: 'passed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ];
    expect(countVitest({ numPassedTests: 5, numTotalTests: 7, testResults })).toEqual({ passed: 5, failed: 3 });
    expect(countVitest({ numPassedTests: 2, numTotalTests: 2, testResults: [] })).toEqual({ passed: 2, failed: 0 });
  });
});

describe('countPlaywright', () => {
  it('counts unexpected, flaky and skipped tests and errors outside tests as failed', () => {
    const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 1 };
    expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 4, failed: 4 });
  });
});
