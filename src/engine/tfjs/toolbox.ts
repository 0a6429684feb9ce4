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
  const filledTensors = new Map<string, TensorInfo>();
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
    filled(value: number, shape: Shape): TensorInfo {
      const key = `${String(value)}:${shape.join('x')}`;
      const known = filledTensors.get(key);
      if (known !== undefined) return known;
      const made = upload(new Float32Array(sizeOf(shape)).fill(value), shape);
      filledTensors.set(key, made);
      return made;
    },
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
      for (const tensor of filledTensors.values()) release(tensor);
      filledTensors.clear();
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
