/** The pen of the learning-rate chart: what it draws on, where a drawing goes, and the curves that can be taken back. */
import { useMemo, useState } from 'react';
import type { Curve } from '../../params/kinds.ts';
import type { ChartInput } from './axis.ts';
import { sheetOf, type Sheet } from './sheet.ts';

/** Most curves that are kept to be taken back. */
const mostKept = 50;

/** A pen and what it draws on. */
export interface Pen {
  readonly sheet: Sheet;
  /** Puts a curve in force. Edits that follow one another under the same name are taken back as one. */
  readonly draw: (curve: Curve, name?: string) => void;
  /** Takes the last drawing back; absent when there is none. */
  readonly undo?: () => void;
}

interface Past {
  readonly curves: readonly Curve[];
  readonly name?: string | undefined;
}

/** The pen, where there is a curve to draw and somebody to take it. */
export function usePen(input: ChartInput, onDraw: ((curve: Curve) => void) | undefined): Pen | undefined {
  const [past, setPast] = useState<Past>({ curves: [] });
  const sheet = useMemo(() => sheetOf(input), [input]);
  if (sheet === undefined || onDraw === undefined) return undefined;
  const before = past.curves.at(-1);
  const undo = (): void => {
    if (before !== undefined) onDraw(before);
    setPast({ curves: past.curves.slice(0, -1) });
  };
  return {
    sheet,
    draw: (curve, name) => {
      const goesOn = name !== undefined && name === past.name;
      setPast({ curves: goesOn ? past.curves : [...past.curves.slice(1 - mostKept), sheet.curve], name });
      onDraw(curve);
    },
    ...(before === undefined ? {} : { undo }),
  };
}
