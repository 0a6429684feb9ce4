/** Compiled kernels of a device, by their text: kernels of the same text share one, between plans too. */

/** Texts that are remembered; what was needed longest ago goes first. */
const most = 1024;

/** Compiles kernels, each once. */
export class Pipelines {
  readonly memoryLayout: GPUBindGroupLayout;
  readonly tableLayout: GPUBindGroupLayout;
  private readonly device: GPUDevice;
  private readonly layout: GPUPipelineLayout;
  private readonly known = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.device = device;
    const visibility = GPUShaderStage.COMPUTE;
    this.memoryLayout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'storage' } },
        { binding: 1, visibility, buffer: { type: 'read-only-storage', hasDynamicOffset: true } },
      ],
    });
    this.tableLayout = device.createBindGroupLayout({
      entries: [{ binding: 0, visibility, buffer: { type: 'uniform', hasDynamicOffset: true } }],
    });
    this.layout = device.createPipelineLayout({ bindGroupLayouts: [this.memoryLayout, this.tableLayout] });
  }

  /** The pipeline of a text. Rejects if the device refuses it. */
  of(code: string): Promise<GPUComputePipeline> {
    const compiled = this.known.get(code) ?? this.compile(code);
    this.known.delete(code);
    this.known.set(code, compiled);
    const [oldest] = this.known.keys();
    if (this.known.size > most && oldest !== undefined) this.known.delete(oldest);
    return compiled;
  }

  private compile(code: string): Promise<GPUComputePipeline> {
    const module = this.device.createShaderModule({ code });
    return this.device.createComputePipelineAsync({ layout: this.layout, compute: { module, entryPoint: 'main' } });
  }
}

const ofDevices = new WeakMap<GPUDevice, Pipelines>();

/** What is compiled for a device, by whomever. */
export function pipelinesOf(device: GPUDevice): Pipelines {
  const known = ofDevices.get(device) ?? new Pipelines(device);
  ofDevices.set(device, known);
  return known;
}
