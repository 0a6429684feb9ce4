/** What the layers of a network are called, and how their lines are told apart. */

/** `layer2` → `layer 2`, `conv1` → `conv 1`, `output` stays. */
export function layerName(layer: string): string {
  return layer.replace(/^([a-z]+)(\d+)$/i, '$1 $2');
}

const colors = ['var(--run-1)', 'var(--run-2)', 'var(--run-3)', 'var(--run-4)'] as const;

/** Colour and dash of the line of layer number `index`: past the colours there are, dashed. */
export function layerLook(index: number): { readonly color: string; readonly style: 'thin' | 'dashed' } {
  return { color: colors[index % colors.length] ?? colors[0], style: index < colors.length ? 'thin' : 'dashed' };
}
