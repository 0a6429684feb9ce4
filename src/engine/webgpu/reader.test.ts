/** Readings without a device: what is asked of one that, as Firefox does, looks for finished readings only when something is submitted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reader } from './reader.ts';

/** A device that copies at once; mappings are done at the next submission, or after 100 ms. */
class LazyDevice {
  submits = 0;
  made = 0;
  private readonly finished: (() => void)[] = [];
  readonly queue = {
    submit: () => {
      this.submits++;
      for (const finish of this.finished.splice(0)) finish();
    },
  };

  createCommandEncoder() {
    const copyBufferToBuffer = (from: Float32Array, at: number, to: { values: Float32Array }, place: number, bytes: number): void => {
      to.values.set(from.subarray(at / 4, (at + bytes) / 4), place / 4);
    };
    return { copyBufferToBuffer, finish: () => undefined };
  }

  createBuffer({ size }: { readonly size: number }) {
    this.made++;
    const values = new Float32Array(size / 4);
    const mapAsync = (): Promise<void> =>
      new Promise((resolve) => {
        this.finished.push(resolve);
        setTimeout(resolve, 100);
      });
    return { size, values, mapAsync, getMappedRange: () => values.buffer, unmap: () => undefined, destroy: () => undefined };
  }
}

const memory = Float32Array.from({ length: 20 }, (_, i) => i);

function readerIn(browser: string): { readonly device: LazyDevice; readonly reader: Reader } {
  vi.stubGlobal('navigator', { userAgent: browser });
  const device = new LazyDevice();
  return { device, reader: new Reader(device as unknown as GPUDevice) };
}

const read = (reader: Reader, at: number): Promise<Float32Array> =>
  reader.read(memory as unknown as GPUBuffer, [
    { at, floats: 2 },
    { at: at + 5, floats: 1 },
  ]);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('GPUBufferUsage', { COPY_DST: 8, MAP_READ: 1 });
  vi.stubGlobal('GPUMapMode', { READ: 1 });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a reading', () => {
  it('is hurried along in Firefox by submissions of nothing, no longer than it is waited for', async () => {
    const { device, reader } = readerIn('Mozilla/5.0 Gecko/20100101 Firefox/150.0');
    const values = read(reader, 3);
    await vi.advanceTimersByTimeAsync(2);
    expect([...(await values)]).toEqual([3, 4, 8]);
    const { submits } = device;
    expect(submits).toBeGreaterThan(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(device.submits).toBe(submits);
  });

  it('is left alone elsewhere', async () => {
    const { device, reader } = readerIn('Mozilla/5.0 AppleWebKit/537.36 Chrome/156.0');
    const values = read(reader, 3);
    await vi.advanceTimersByTimeAsync(100);
    expect([...(await values)]).toEqual([3, 4, 8]);
    expect(device.submits).toBe(1);
  });

  it('takes turns with others, in a few buffers that are used again', async () => {
    const { device, reader } = readerIn('Chrome');
    for (let round = 0; round < 5; round++) {
      const three = [1, 6, 11].map((at) => read(reader, at));
      await vi.advanceTimersByTimeAsync(100);
      expect((await Promise.all(three)).map((values) => [...values])).toEqual([
        [1, 2, 6],
        [6, 7, 11],
        [11, 12, 16],
      ]);
    }
    expect(device.made).toBe(3);
  });
});
