/** The control of any parameter, by its kind; nothing while it does not apply. */
import type { Spec } from '../../params/kinds.ts';
import { specOf } from '../../params/table.ts';
import type { ParameterId } from '../../params/table.ts';
import { useApp } from '../use-app.ts';
import { ChoiceControl } from './ChoiceControl.tsx';
import { CurveControl } from './CurveControl.tsx';
import { ListControl } from './ListControl.tsx';
import { NumberControl } from './NumberControl.tsx';
import { ToggleControl } from './ToggleControl.tsx';

/** One control. */
export function Control({ id }: { readonly id: ParameterId }) {
  const spec: Spec = specOf(id);
  const applies = useApp((state) => spec.when(state.config));
  // What was typed, and why it could not be used, goes with the configuration that it was meant for.
  const taken = useApp((state) => state.taken);
  if (!applies) return null;
  switch (spec.kind) {
    case 'number':
      return <NumberControl key={taken} id={id} spec={spec} />;
    case 'choice':
      return <ChoiceControl key={taken} id={id} spec={spec} />;
    case 'toggle':
      return <ToggleControl key={taken} id={id} spec={spec} />;
    case 'list':
      return <ListControl key={taken} id={id} spec={spec} />;
    case 'curve':
      return <CurveControl key={taken} id={id} spec={spec} />;
  }
}
