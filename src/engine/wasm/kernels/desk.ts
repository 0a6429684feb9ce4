/**
 * How threads share the work of one plan: a desk in shared memory, on which the calling thread lays jobs, one after another, each cut into slices.
 *
 * Whoever is free takes the next slice, the calling thread too, so that a helper that is late or was never there costs nothing but time. A slice is
 * taken by swapping one 64-bit word, which holds the job's ticket and the slices that are left: who woke up late finds another ticket and takes
 * nothing. No lock is ever held. Helpers look for the next job for a while and then sleep; so does the calling thread for slices that others still
 * have.
 */
import {
  bellAt,
  brokenAt,
  callerSleepsAt,
  helpedAt,
  jobAt,
  momentAt,
  pendingAt,
  sessionAt,
  sleepersAt,
  sliceBits,
  stateAt,
} from './desk-layout';
import { setMoment } from './random';

/** Of the state, the slices left. */
const sliceMask: i64 = (1 << sliceBits) - 1;

/** Looks before a helper, and the calling thread, goes to sleep: some 50 µs, and a time after which the latter looks again whatever happens. */
const helperLooks: i32 = 20_000;
const callerLooks: i32 = 20_000;
const nanosecondsAsleep: i64 = 100_000_000;

let desk: usize = 0;
/** The job at which this thread is. */
let ticket: i64 = 0;
/** Whether this thread is a helper; of the calling thread, whether it may have help. */
let helps = false;
let hasHelp = false;

/** Bytes of the desk. */
export function deskBytes(): usize {
  return 256;
}

/** Says where it is; it must hold zeros at first. */
export function setDesk(at: usize): void {
  desk = at;
  setMoment(at + momentAt);
}

function ring(): void {
  atomic.add<i32>(desk + bellAt, 1);
  if (atomic.load<i32>(desk + sleepersAt) > 0) atomic.notify(desk + bellAt, -1);
}

/** Begins a session, or with 0 ends one: helpers serve one and return from it when another number stands there. For the calling thread. */
export function setSession(session: i32): void {
  hasHelp = session != 0;
  atomic.store<i32>(desk + sessionAt, session);
  ring();
}

/** Whether there is a session: without one, jobs need not be cut. For the calling thread. */
export function isShared(): i32 {
  return hasHelp ? 1 : 0;
}

/** Lays a job down. For the calling thread. */
export function openJob(job: i32, slices: i32): void {
  atomic.store<i32>(desk + jobAt, job);
  atomic.store<i32>(desk + pendingAt, slices);
  ticket++;
  atomic.store<i64>(desk + stateAt, (ticket << sliceBits) | (<i64>slices));
  ring();
}

/** The next slice of the job at which this thread is, or −1. */
export function takeSlice(): i32 {
  while (true) {
    const state = atomic.load<i64>(desk + stateAt);
    const left = state & sliceMask;
    if (state >> sliceBits != ticket || left == 0) return -1;
    if (atomic.cmpxchg<i64>(desk + stateAt, state, state - 1) == state) return <i32>left - 1;
  }
}

/** A slice is done. */
export function giveSlice(): void {
  if (helps) atomic.add<i32>(desk + helpedAt, 1);
  if (atomic.sub<i32>(desk + pendingAt, 1) == 1 && atomic.load<i32>(desk + callerSleepsAt)) atomic.notify(desk + pendingAt, 1);
}

/** Waits until all slices are done. Traps if a helper broke, since its slice will never be. For the calling thread. */
export function awaitSlices(): void {
  let looks = callerLooks;
  while (true) {
    const pending = atomic.load<i32>(desk + pendingAt);
    if (pending == 0) return;
    if (atomic.load<i32>(desk + brokenAt)) unreachable();
    if (--looks > 0) continue;
    atomic.store<i32>(desk + callerSleepsAt, 1);
    if (atomic.load<i32>(desk + pendingAt) == pending) atomic.wait<i32>(desk + pendingAt, pending, nanosecondsAsleep);
    atomic.store<i32>(desk + callerSleepsAt, 0);
  }
}

/** The next job of a session that has slices left, or −1 when the session is over. For helpers. */
export function awaitJob(session: i32): i32 {
  helps = true;
  let looks = helperLooks;
  while (true) {
    const bell = atomic.load<i32>(desk + bellAt);
    const state = atomic.load<i64>(desk + stateAt);
    const job = atomic.load<i32>(desk + jobAt);
    if (atomic.load<i32>(desk + sessionAt) != session) return -1;
    if ((state & sliceMask) != 0) {
      ticket = state >> sliceBits;
      return job;
    }
    if (--looks > 0) continue;
    atomic.add<i32>(desk + sleepersAt, 1);
    atomic.wait<i32>(desk + bellAt, bell, -1);
    atomic.sub<i32>(desk + sleepersAt, 1);
    looks = helperLooks;
  }
}

/** Tells that a helper broke. */
export function breakDesk(): void {
  atomic.store<i32>(desk + brokenAt, 1);
  atomic.notify(desk + pendingAt, 1);
}
