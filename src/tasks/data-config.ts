/** The part of a configuration that decides the data: equal values here give equal data, whatever the rest says. */
import type { Config } from '../params/config.ts';

/** Everything in a configuration that the examples depend on. */
export type DataConfig = Pick<Config, 'task' | 'noise' | 'outliers' | 'trainingSize' | 'split' | 'balance' | 'classes' | 'pixels' | 'seed'>;
