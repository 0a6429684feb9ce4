/**
 * The store: one state, one set of actions, one trainer. It knows no React and no document; `main.tsx` gives it a trainer
 * and a clock, and `ui/` reads it through hooks.
 */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { resolve } from '../params/config.ts';
import type { Trainer } from '../trainer/trainer.ts';
import type { Actions } from './actions.ts';
import type { Context, Later } from './context.ts';
import { nothingWaiting } from './context.ts';
import { resetParameter, setParameter } from './edit.ts';
import { applyHash, withPresentSwitches } from './link.ts';
import { exportRun } from './export.ts';
import { attend, write } from './language.ts';
import { takeEvent } from './listen.ts';
import { takeText } from './own-text.ts';
import { goOn, restartFromCheckpoint } from './recover.ts';
import { closeRates, findRate } from './rates.ts';
import { openRunFile } from './run-file.ts';
import { advance, pause, play, reset } from './runs.ts';
import type { AppState, Theme } from './state.ts';

/** The state to read and subscribe to, and the actions that change it. */
export interface AppStore {
  readonly state: StoreApi<AppState>;
  readonly actions: Actions;
}

/** What a store is made of. */
export interface StoreOptions {
  readonly trainer: Trainer;
  readonly later: Later;
  readonly theme?: Theme;
}

/** The state before any link has been read. */
function initialState(theme: Theme): AppState {
  return {
    config: resolve({}),
    taken: 0,
    planned: [],
    problems: [],
    dirty: true,
    wantsToRun: false,
    pulse: 'alive',
    hidden: [],
    locked: [],
    theme,
    projector: false,
    autoRun: false,
    firstVisit: true,
  };
}

/** A store around a trainer. Nothing is started until `applyHash` is called. */
export function createAppStore({ trainer, later, theme = 'system' }: StoreOptions): AppStore {
  const state = createStore<AppState>(() => initialState(theme));
  const context: Context = { state, trainer, later, waiting: nothingWaiting() };
  trainer.subscribe((event) => takeEvent(context, event));
  return { state, actions: actionsOn(context) };
}

function actionsOn(context: Context): Actions {
  const { state } = context;
  return {
    setParameter: (id, value) => setParameter(context, id, value),
    resetParameter: (id) => resetParameter(context, id),
    run: () => play(context),
    pause: () => pause(context),
    oneStep: () => advance(context, { steps: 1 }),
    oneEpoch: () => advance(context, { epochs: 1 }),
    findRate: () => findRate(context),
    closeRates: () => closeRates(context),
    watchWeight: (weight) => context.trainer.watch(weight),
    write: (request) => write(context, request),
    stopWriting: () => context.trainer.stopWriting(),
    attend: (tokens) => attend(context, tokens),
    runToStep: (toStep) => advance(context, { toStep }),
    reset: () => reset(context),
    setPace: (stepsPerSecond) => setParameter(context, 'pace', stepsPerSecond),
    applyHash: (hash) => applyHash(context, hash),
    tryPreset: (hash) => applyHash(context, withPresentSwitches(state.getState(), hash)),
    dismissProblems: () => state.setState({ problems: [] }),
    takeText: (file) => takeText(context, file),
    openFile: (file) => openRunFile(context, file),
    dismissFileProblem: () => state.setState({ fileProblem: undefined }),
    dismissHint: () => state.setState({ firstVisit: false }),
    goOn: () => goOn(context),
    restartFromCheckpoint: () => restartFromCheckpoint(context),
    exportRun: (target) => exportRun(context, target),
    dismissExport: () => state.setState({ exported: undefined }),
    setTheme: (theme) => state.setState({ theme }),
    setProjector: (projector) => state.setState({ projector }),
  };
}
