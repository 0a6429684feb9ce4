/** The tools that op implementations use, bound to one device; keeps the tensors of equal values that they share. */
import { getKernel, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { EngineError } from '../engine-error.ts';
import { sizeOf, type Graph, type Node, type NodeId, type Shape } from '../../graph/graph.ts';
import type { Device } from './device.ts';
import type { BoundKernel, OpTable, Tools } from './ops/op.ts';
import { createPool } from './pool.ts';

/** Shared by the graphs of one program. */
export interface Toolbox {
  readonly overrides: Partial<OpTable>;
  readonly clock: { step: number; seed: number };
  upload(values: Float32Array | Int32Array, shape: Shape): TensorInfo;
  release(tensor: TensorInfo): void;
  kernel(name: string): BoundKernel;
  forGraph(graph: Graph, hostNumber: (id: NodeId) => number | undefined): Tools;
  dispose(): void;
}

/** Makes the tools of a program whose dropout masks come from `seed`. */
export function createToolbox(device: Device, seed: number): Toolbox {
  const { backend } = device;
  const clock = { step: 0, seed };
  const constants = new Map<string, TensorInfo>();
  const upload = (values: Float32Array | Int32Array, shape: Shape): TensorInfo => {
    const type = values instanceof Int32Array ? 'int32' : 'float32';
    const axes = [...shape];
    return { dataId: backend.write(values, axes, type), shape: axes, dtype: type };
  };
  const pool = createPool();
  const release = (tensor: TensorInfo): void => {
    const values = device.onHost ? backend.readSync(tensor.dataId) : undefined;
    const gone = backend.disposeData(tensor.dataId);
    if (gone && values instanceof Float32Array) pool.put(values);
  };
  const constant = (key: string, shape: Shape, make: () => Float32Array): TensorInfo => {
    const full = `${key}:${shape.join('x')}`;
    const known = constants.get(full) ?? upload(make(), shape);
    constants.set(full, known);
    return known;
  };
  const shared = {
    clock,
    fresh: (size: number) => pool.take(size),
    upload,
    release,
    kernel: (name: string) => bindKernel(device, name),
    retain(tensor: TensorInfo): TensorInfo {
      backend.incRef(tensor.dataId);
      return tensor;
    },
    constant,
    filled: (value: number, shape: Shape) => constant(String(value), shape, () => new Float32Array(sizeOf(shape)).fill(value)),
    hostValues: (tensor: TensorInfo) => (device.onHost ? (backend.readSync(tensor.dataId) as Float32Array) : undefined),
  };
  return {
    ...shared,
    overrides: device.overrides,
    forGraph(graph, hostNumber) {
      const inputId = (node: Node, input: number): NodeId => node.inputs[input] ?? -1;
      const inputNode = (node: Node, input: number): Node => {
        const found = graph.nodes[inputId(node, input)];
        if (found === undefined) throw new EngineError('internal', `${node.op} has no input ${String(input)}.`);
        return found;
      };
      return {
        ...shared,
        inputNode,
        inputShape: (node, input) => inputNode(node, input).shape,
        hostNumber: (node, input) => hostNumber(inputId(node, input)),
      };
    },
    dispose() {
      for (const tensor of constants.values()) release(tensor);
      constants.clear();
    },
  };
}

function bindKernel(device: Device, name: string): BoundKernel {
  const { backend, backendName } = device;
  const config = find(name, backendName);
  if (config === undefined) throw new EngineError('unsupported', `${device.engine} has no ${name}.`);
  const run = config.kernelFunc;
  return (inputs, attrs) => {
    const call = { inputs: inputs as unknown as NamedTensorInfoMap, backend, attrs: attrs ?? {} };
    return run(call) as TensorInfo;
  };
}

/** tfjs answers undefined for an unknown kernel, whatever its types say. */
function find(name: string, backendName: string): KernelConfig | undefined {
  return getKernel(name, backendName);
}
