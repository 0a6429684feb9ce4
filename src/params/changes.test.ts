/** Live changes as text: what is written is read back, and what cannot be is left out by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyValueOf } from '../testing/any-value.ts';
import { formatChanges, parseChanges, patchOf } from './changes.ts';
import type { Change } from './changes.ts';
import { rangeOf } from './check-value.ts';
import { isLive, resolve } from './config.ts';
import type { Problem } from './config.ts';
import { parameterIds, specOf } from './table.ts';

const anyChange = fc.constantFrom(...parameterIds.filter(isLive)).chain((id) => {
  const value = anyValueOf(specOf(id), (spec) => {
    const { min, max } = rangeOf(spec, resolve({}));
    return spec.integer ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
  });
  return fc.record({ step: fc.nat(), id: fc.constant(id), value });
});

describe('changes', () => {
  const read = (text: string) => {
    const problems: Problem[] = [];
    const changes = parseChanges(text, resolve({}), (problem) => problems.push(problem));
    return { changes, problems };
  };

  it('come back from their text, by step', () => {
    fc.assert(
      fc.property(fc.array(anyChange), (changes) => {
        const first = read(formatChanges(changes)).changes;
        expect(first.map((change) => change.step)).toEqual(changes.map((change) => change.step).toSorted((a, b) => a - b));
        for (const { id, value } of first)
          if (typeof value === 'object') expect(changes).toContainEqual(expect.objectContaining({ id, value }));
        expect(read(formatChanges(first))).toEqual({ changes: first, problems: [] });
      }),
    );
    expect(formatChanges(read('900:batch:64,400:lr:0.003').changes)).toBe('400:lr:0.003,900:batch:64');
    expect(patchOf({ step: 1, id: 'batchSize', value: 64 })).toEqual({ batchSize: 64 });
  });

  it.each(['', 'x', '1.5:lr:1', '-1:lr:1', '5:task:moons', '5:nothing:1', '5:lr', '5:lr:1:2', '5:lr:x', '5:sched:never', '1e99:lr:1'])(
    'leave out %j and say so',
    (text) => {
      const { changes, problems } = read(`${text},7:lr:0.5`);
      expect(changes).toEqual([{ step: 7, id: 'learningRate', value: 0.5 }]);
      expect(problems.map((problem) => problem.key)).toEqual(['changes']);
    },
  );

  it('hold lists and curves, with semicolons within', () => {
    const changes: Change[] = [
      { step: 3, id: 'milestones', value: [5, 9] },
      {
        step: 7,
        id: 'drawn',
        value: [
          [0, 1],
          [0.5, 0.25],
        ],
      },
    ];
    expect(formatChanges(changes)).toBe('3:milestones:5;9,7:drawn:0:1;0.5:0.25');
    expect(read(formatChanges(changes))).toEqual({ changes, problems: [] });
    expect(read('7:drawn:0:1;2:0').problems[0]?.message).toContain('“7:drawn:0:1;2:0” has places outside 0 to 1');
  });

  it('are bounded like any value', () => {
    const { changes, problems } = read('5:batch:1000');
    expect(changes).toEqual([{ step: 5, id: 'batchSize', value: 200 }]);
    expect(problems[0]?.message).toBe('changes: “5:batch:1000” is above the largest allowed value, 200; 200 is used.');
  });
});
