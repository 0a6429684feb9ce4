/** Operations whose element `i` is made of elements of their inputs that lie elsewhere. */
import { sizeOf, type Node, type NodeId } from '../../../graph/graph.ts';
import { EngineError } from '../../engine-error.ts';
import { stridedIndex } from './indices.ts';
import type { Text } from './text.ts';

const whole = (value: number): string => `${String(value)}u`;

/** Adds statements to `lines` and answers the name of the element. Throws an `EngineError` for other operations. */
export function lookup(id: NodeId, node: Node, text: Text, lines: string[]): string {
  const result = text.name();
  switch (node.op) {
    case 'oneHot':
      lines.push(`let ${result} = select(0.0, 1.0, u32(${text.input(id, 0)(`i / ${whole(node.depth)}`)}) == i % ${whole(node.depth)});`);
      return result;
    case 'dropoutMask':
      lines.push(`let ${result} = maskOf(i, ${whole(node.site)}, ${text.input(id, 0)('0u')});`);
      return result;
    case 'normalNoise':
      lines.push(`let ${result} = noiseOf(i, ${whole(node.site)});`);
      return result;
    case 'gather': {
      const width = sizeOf(node.shape.slice(1));
      const [table, rows] = [text.input(id, 0), text.input(id, 1)];
      const row = `u32(${rows(`i / ${whole(width)}`)})`;
      lines.push(`let ${result} = ${table(`${row} * ${whole(width)} + i % ${whole(width)}`)};`);
      return result;
    }
    case 'gatherGradient': {
      const width = sizeOf(node.shape.slice(1));
      const [dy, rows] = [text.input(id, 0), text.input(id, 1)];
      lines.push(
        `var ${result} = 0.0;`,
        `for (var j = 0u; j < ${text.word(text.inputShape(id, 1)[0] ?? 0)}; j++) {`,
        `  if (u32(${rows('j')}) == i / ${whole(width)}) { ${result} += ${dy(`j * ${whole(width)} + i % ${whole(width)}`)}; }`,
        '}',
      );
      return result;
    }
    case 'slice': {
      const shape = text.inputShape(id, 0);
      const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
      const first = strides.reduce((sum, stride, axis) => sum + stride * (node.begin[axis] ?? 0), 0);
      const index = stridedIndex(node.shape.map((size, axis) => [size, strides[axis] ?? 0]));
      lines.push(`let ${result} = ${text.input(id, 0)(`${whole(first)} + ${index}`)};`);
      return result;
    }
    case 'rotate':
      rotate(id, node, text, lines, result);
      return result;
    case 'maxPool':
      maxPool(id, node.shape, node.size, text, lines, result);
      return result;
    case 'maxPoolGradient':
      maxPoolGradient(id, node.size, text, lines, result);
      return result;
    default:
      throw new EngineError('internal', `${node.op} is not looked up.`);
  }
}

function rotate(id: NodeId, node: Node, text: Text, lines: string[], result: string): void {
  const [positions = 1, half = 1] = text.inputShape(id, 1);
  const columns = node.shape[1] ?? 1;
  const [x, cosines, sines] = [text.input(id, 0), text.input(id, 1), text.input(id, 2)];
  const [within, pair, first, angle] = [text.name(), text.name(), text.name(), text.name()];
  lines.push(
    `let ${within} = (i % ${whole(columns)}) % ${whole(2 * half)};`,
    `let ${pair} = ${within} % ${whole(half)};`,
    `let ${first} = i - ${within} + ${pair};`,
    `let ${angle} = ((i / ${whole(columns)}) % ${whole(positions)}) * ${whole(half)} + ${pair};`,
    `let ${result} = select(${x(`${first} + ${whole(half)}`)} * ${cosines(angle)} + ${x(first)} * ${sines(angle)},`,
    `  ${x(first)} * ${cosines(angle)} - ${x(`${first} + ${whole(half)}`)} * ${sines(angle)}, ${within} < ${whole(half)});`,
  );
}

/** Loops over the window that begins at element `corner` of x, and leaves its largest element in `top` and where that is in `${top}At`. */
function largest(x: (index: string) => string, corner: string, width: number, channels: number, size: number, top: string): string[] {
  return [
    `var ${top}At = ${corner};`,
    `var ${top} = ${x(corner)};`,
    `for (var place = 1u; place < ${whole(size * size)}; place++) {`,
    `  let at = ${corner} + (place / ${whole(size)}) * ${whole(width * channels)} + (place % ${whole(size)}) * ${whole(channels)};`,
    `  let other = ${x('at')};`,
    `  if (other > ${top} || (isNumber(${top}) && !isNumber(other))) { ${top} = other; ${top}At = at; }`,
    '}',
  ];
}

function maxPool(id: NodeId, shape: readonly number[], size: number, text: Text, lines: string[], result: string): void {
  const [, height = 1, width = 1, channels = 1] = text.inputShape(id, 0);
  const [, rows = 1, columns = 1] = shape;
  const corner = text.name();
  const image = `(i / ${whole(rows * columns * channels)}) * ${whole(height * width * channels)}`;
  const row = `((i / ${whole(columns * channels)}) % ${whole(rows)}) * ${whole(size * width * channels)}`;
  const column = `((i / ${whole(channels)}) % ${whole(columns)}) * ${whole(size * channels)}`;
  lines.push(
    `let ${corner} = ${image} + ${row} + ${column} + i % ${whole(channels)};`,
    ...largest(text.input(id, 0), corner, width, channels, size, result),
  );
}

function maxPoolGradient(id: NodeId, size: number, text: Text, lines: string[], result: string): void {
  const [, height = 1, width = 1, channels = 1] = text.inputShape(id, 1);
  const [, rows = 1, columns = 1] = text.inputShape(id, 0);
  const [dy, x] = [text.input(id, 0), text.input(id, 1)];
  const [image, row, column, corner, top] = [text.name(), text.name(), text.name(), text.name(), text.name()];
  lines.push(
    `let ${image} = i / ${whole(height * width * channels)};`,
    `let ${row} = ((i / ${whole(width * channels)}) % ${whole(height)}) / ${whole(size)};`,
    `let ${column} = ((i / ${whole(channels)}) % ${whole(width)}) / ${whole(size)};`,
    `var ${result} = 0.0;`,
    `if (${row} < ${whole(rows)} && ${column} < ${whole(columns)}) {`,
    `let ${corner} = ((${image} * ${whole(height)} + ${row} * ${whole(size)}) * ${whole(width)} + ${column} * ${whole(size)}) * ${whole(channels)} + i % ${whole(channels)};`,
    ...largest(x, corner, width, channels, size, top),
    `if (${top}At == i) { ${result} = ${dy(`((${image} * ${whole(rows)} + ${row}) * ${whole(columns)} + ${column}) * ${whole(channels)} + i % ${whole(channels)}`)}; }`,
    '}',
  );
}
