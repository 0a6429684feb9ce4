/**
 * What a link takes off the page. Idea: a parameter that the rest of its group refines takes the group with it, or its refinements would give
 * it away: a step size says that the schedule is one of steps. The link keeps the short form.
 */
import { groups, parameterIds, specOf } from './table.ts';
import type { ParameterId } from './table.ts';

function goesWith(id: ParameterId, hidden: readonly ParameterId[]): boolean {
  const main = groups.find((group) => group.id === specOf(id).group)?.main;
  return main !== undefined && main !== id && hidden.includes(main);
}

/** All parameters that are off the page if those of `asked` are. */
export function hiddenWith(asked: readonly ParameterId[]): readonly ParameterId[] {
  return parameterIds.filter((id) => asked.includes(id) || goesWith(id, asked));
}

/** The fewest parameters that, asked for, hide `hidden`. */
export function hidingIds(hidden: readonly ParameterId[]): readonly ParameterId[] {
  return hidden.filter((id) => !goesWith(id, hidden));
}
