/** Range tests of the learning rate: asking for one, taking in what is told of it, putting it away. */
import type { RateNews } from '../trainer/trainer.ts';
import type { Context } from './context.ts';
import { lacksText } from './lacks-text.ts';
import { flushLive } from './live.ts';
import { inProgress, pause } from './runs.ts';
import type { AppState, RateSearch } from './state.ts';

/** Why no range test can be made now, in words; undefined where one can. */
export function whyNoRates({ run, dirty, config, ownText }: Pick<AppState, 'run' | 'dirty' | 'config' | 'ownText'>): string | undefined {
  if (config.optimizer === 'rprop') return 'Rprop uses the rate for its first step only: there is nothing to look for.';
  if (config.optimizer === 'lbfgs') return 'L-BFGS searches for the length of each step itself: there is nothing to look for.';
  if (lacksText({ config, ownText })) return 'There is no text yet: choose a file, or paste one under Data.';
  if (run?.fault !== undefined) return 'The run has failed: go on with it first.';
  if (dirty || run?.snapshot === undefined || run.snapshot.phase === 'preparing') return 'The run is being prepared.';
  return undefined;
}

/** A test that is still to say its last word. Of a run that is no more, or has failed, none will come. */
export function isSearching({ run, rates }: Pick<AppState, 'run' | 'rates'>): boolean {
  return rates !== undefined && run?.id === rates.runId && run.fault === undefined && !isOver(rates.news);
}

function isOver(news: RateNews | undefined): boolean {
  return news !== undefined && ('failed' in news || news.end !== undefined);
}

/** Pauses the run and asks for a test. */
export function findRate(context: Context): void {
  const { state, trainer } = context;
  const { run, config } = state.getState();
  if (run === undefined || whyNoRates(state.getState()) !== undefined) return;
  if (inProgress(run.snapshot)) flushLive(context);
  pause(context);
  state.setState({ rates: { runId: run.id, config } });
  trainer.findRate();
}

/** Takes in how the test stands. */
export function takeRates({ state }: Context, news: RateNews): void {
  const { rates } = state.getState();
  if (rates !== undefined && isSearching(state.getState())) state.setState({ rates: { ...rates, news } satisfies RateSearch });
}

/** Ends the test if it is under way, and takes it off the page. */
export function closeRates({ state, trainer }: Context): void {
  if (isSearching(state.getState())) trainer.pause();
  state.setState({ rates: undefined });
}
