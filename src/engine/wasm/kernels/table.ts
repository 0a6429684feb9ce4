/** Which function a number of `opcodes.ts` means: its place in the module's table, which plans hold instead. */
import * as opcode from '../opcodes';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from './convolutions';
import * as elementwise from './elementwise';
import { copy, copyPiece, splat } from './moves';
import { maxPool, maxPoolGradient } from './pooling';
import { product, smallProduct } from './products';
import { dropoutMask, normalNoise } from './random';
import { greatest, sum } from './reductions';
import { gather, oneHot, softmax, softmaxCrossEntropy } from './rows';
import { feed, metrics } from './step';

type Kernel = (p: usize) => void;
type Operation = (q: usize, shift: usize, count: usize) => void;

/** @inline */
function placeOf(kernel: Kernel): i32 {
  return <i32>load<u32>(changetype<usize>(kernel));
}

/** @inline */
function placeOfOperation(operation: Operation): i32 {
  return <i32>load<u32>(changetype<usize>(operation));
}

/** −1 for a number that no kernel has. */
export function kernelOf(code: i32): i32 {
  switch (code) {
    case opcode.feed:
      return placeOf(feed);
    case opcode.metrics:
      return placeOf(metrics);
    case opcode.group:
      return placeOf(elementwise.group);
    case opcode.copy:
      return placeOf(copy);
    case opcode.copyPiece:
      return placeOf(copyPiece);
    case opcode.splat:
      return placeOf(splat);
    case opcode.sum:
      return placeOf(sum);
    case opcode.max:
      return placeOf(greatest);
    case opcode.smallProduct:
      return placeOf(smallProduct);
    case opcode.product:
      return placeOf(product);
    case opcode.gather:
      return placeOf(gather);
    case opcode.oneHot:
      return placeOf(oneHot);
    case opcode.softmax:
      return placeOf(softmax);
    case opcode.softmaxCrossEntropy:
      return placeOf(softmaxCrossEntropy);
    case opcode.dropoutMask:
      return placeOf(dropoutMask);
    case opcode.normalNoise:
      return placeOf(normalNoise);
    case opcode.conv2d:
      return placeOf(conv2d);
    case opcode.conv2dInputGradient:
      return placeOf(conv2dInputGradient);
    case opcode.conv2dKernelGradient:
      return placeOf(conv2dKernelGradient);
    case opcode.maxPool:
      return placeOf(maxPool);
    case opcode.maxPoolGradient:
      return placeOf(maxPoolGradient);
    default:
      return operationOf(code);
  }
}

function operationOf(code: i32): i32 {
  switch (code) {
    case opcode.add:
      return placeOfOperation(elementwise.add);
    case opcode.sub:
      return placeOfOperation(elementwise.sub);
    case opcode.mul:
      return placeOfOperation(elementwise.mul);
    case opcode.div:
      return placeOfOperation(elementwise.div);
    case opcode.minimum:
      return placeOfOperation(elementwise.minimum);
    case opcode.maximum:
      return placeOfOperation(elementwise.maximum);
    case opcode.greater:
      return placeOfOperation(elementwise.greater);
    case opcode.select:
      return placeOfOperation(elementwise.select);
    case opcode.neg:
      return placeOfOperation(elementwise.neg);
    case opcode.exp:
      return placeOfOperation(elementwise.exp);
    case opcode.log:
      return placeOfOperation(elementwise.log);
    case opcode.sqrt:
      return placeOfOperation(elementwise.sqrt);
    case opcode.square:
      return placeOfOperation(elementwise.square);
    case opcode.abs:
      return placeOfOperation(elementwise.abs);
    case opcode.sign:
      return placeOfOperation(elementwise.sign);
    case opcode.step:
      return placeOfOperation(elementwise.step);
    case opcode.relu:
      return placeOfOperation(elementwise.relu);
    case opcode.tanh:
      return placeOfOperation(elementwise.tanh);
    case opcode.sigmoid:
      return placeOfOperation(elementwise.sigmoid);
    case opcode.softplus:
      return placeOfOperation(elementwise.softplus);
    case opcode.erf:
      return placeOfOperation(elementwise.erf);
    case opcode.reciprocal:
      return placeOfOperation(elementwise.reciprocal);
    case opcode.isFinite:
      return placeOfOperation(elementwise.isFinite);
    case opcode.identity:
      return placeOfOperation(elementwise.identity);
    case opcode.repeatRow:
      return placeOfOperation(elementwise.repeatRow);
    case opcode.repeatColumn:
      return placeOfOperation(elementwise.repeatColumn);
    default:
      return -1;
  }
}
