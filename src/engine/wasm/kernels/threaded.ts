/** The kernels for memory that threads share: all of them, and the desk. */
export * from './index';
export { awaitJob, awaitSlices, breakDesk, deskBytes, giveSlice, isShared, openJob, setDesk, setSession, takeSlice } from './desk';
