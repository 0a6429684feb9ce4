/** What is known of a text once it has been read: how many rows it gives. Until then, or while another is read, nothing. */
import { differs } from '../params/config.ts';
import { specOf } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import type { AppState } from './state.ts';

/** Rows of a text, counted. */
export interface Counted {
  /** All the windows to train on that it gives, whether taken or not. */
  readonly available: number;
  /** Rows of an epoch, replayed ones included, and how many of them are replayed; undefined while another size is asked for than was counted. */
  readonly rows: { readonly all: number; readonly replayed: number } | undefined;
  /** Windows that judge, in validation and in test. */
  readonly heldOut: number;
}

/** How large the part is that is taken changes nothing about what there is. */
const sizes: readonly ParameterId[] = ['trainingSize', 'replay'];
const cuts = (id: ParameterId): boolean => specOf(id).group === 'data' || id === 'model' || id === 'seed';

/** The rows of the configuration's text; undefined of any other task, and until they are counted. Another object at each call. */
export function countedIn({ config, description, described }: Pick<AppState, 'config' | 'description' | 'described'>): Counted | undefined {
  if (config.task !== 'text' || described === undefined || description?.windows === undefined) return undefined;
  const others = differs(described, config).filter(cuts);
  if (others.some((id) => !sizes.includes(id))) return undefined;
  const { available, replayed } = description.windows;
  return {
    available,
    rows: others.length > 0 ? undefined : { all: description.trainingCount, replayed },
    heldOut: description.validationCount + description.testCount,
  };
}
