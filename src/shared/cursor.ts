/** Where a run stands: said here once, for those who deal out the data and those who count the steps. */

/** A place in the data: `position` examples of epoch `epoch` have been used. */
export interface Place {
  readonly epoch: number;
  readonly position: number;
}

/** A place in the data after `step` optimizer steps. */
export interface Cursor extends Place {
  readonly step: number;
}
