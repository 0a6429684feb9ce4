/**
 * tfjs' WebGL backend on a canvas that nobody sees, in a worker. The context is our own: so that its loss can be heard, and
 * because tfjs refuses to make one in Safari's workers. 16-bit textures are refused: nothing trains well on them.
 */
import { enableProdMode, env, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { EngineError } from '../engine-error.ts';
import type { Device } from './device.ts';
import { divideIn, loadWebgl } from './webgl-ops.ts';
import { maxPoolGradientReversed } from './ops/matrix.ts';

const attributes: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  premultipliedAlpha: false,
  preserveDrawingBuffer: false,
  depth: false,
  stencil: false,
};

/** Textures beyond this many bytes are deleted rather than kept for reuse. */
const keptTextureBytes = 256 * 1024 * 1024;

/** Opens the device. Rejects with `unsupported` and a reason. */
export async function openWebgl(): Promise<Device> {
  const { canvas, context, software } = createContext();
  const { setWebGLContext, MathBackendWebGL, GPGPUContext } = await loadWebgl();
  enableProdMode();
  setWebGLContext(2, context);
  env().set('WEBGL_VERSION', 2);
  env().set('HAS_WEBGL', true);
  env().set('WEBGL_CPU_FORWARD', false);
  // With shapes as uniforms tfjs 4.22 takes two shaders of a product for one: where a matrix fills its texture row by row, and where a vector too long
  // for a row of texels was cut up. Whichever was compiled first then also answers for the other, wrongly. The self-test asks for it.
  env().set('WEBGL_USE_SHAPES_UNIFORMS', false);
  env().set('WEBGL_DELETE_TEXTURE_THRESHOLD', keptTextureBytes);
  if (!env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) throw new EngineError('unsupported', 'WebGL has no 32-bit float textures here.');
  const backend = new MathBackendWebGL(new GPGPUContext(context));
  removeBackend('webgl');
  registerBackend('webgl', () => backend);
  await setBackend('webgl');

  let lost: EngineError | undefined;
  const failed = new Promise<never>((_, reject) => {
    canvas.addEventListener('webglcontextlost', () => {
      lost = contextLost();
      reject(lost);
    });
  });
  failed.catch(() => undefined);
  const check = (): void => {
    if (lost === undefined && context.isContextLost()) lost = contextLost();
    if (lost !== undefined) throw lost;
  };
  return {
    engine: 'tfjs-webgl',
    device: `WebGL on ${rendererOf(context)}`,
    software,
    backendName: 'webgl',
    backend,
    overrides: { maxPoolGradient: maxPoolGradientReversed, div: divideIn(backend) },
    onHost: false,
    failed,
    check,
    trim: () => undefined,
    read: (tensor) => Promise.resolve(Float32Array.from(backend.readSync(tensor.dataId) as Float32Array)),
  };
}

function contextLost(): EngineError {
  return new EngineError('deviceLost', 'The browser took the WebGL context away.');
}

/** A hardware context if there is one, else a software one. */
function createContext(): { canvas: OffscreenCanvas; context: WebGL2RenderingContext; software: boolean } {
  if (typeof OffscreenCanvas === 'undefined') throw new EngineError('unsupported', 'This browser has no OffscreenCanvas.');
  for (const software of [false, true]) {
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('webgl2', { ...attributes, failIfMajorPerformanceCaveat: !software });
    if (context !== null) return { canvas, context, software: software || isSoftware(rendererOf(context)) };
  }
  throw new EngineError('unsupported', 'This browser gives no WebGL 2 context.');
}

function rendererOf(context: WebGL2RenderingContext): string {
  const extension = context.getExtension('WEBGL_debug_renderer_info');
  return String(context.getParameter(extension?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
}

/** True for names of programs that draw on the CPU. */
export function isSoftware(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i.test(name);
}
