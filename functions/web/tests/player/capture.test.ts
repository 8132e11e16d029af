import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Capture, CaptureError, fitWithin } from '../../src/player/capture';

describe('the size of a picture', () => {
  it.each([
    [640, 360, 640, 360],
    [1280, 720, 1280, 720],
    [2560, 1440, 1280, 720],
    [1440, 2560, 405, 720],
    [4000, 1, 1280, 1],
  ])('%i x %i', (width, height, ...expected) => {
    const { width: w, height: h } = fitWithin({ width, height });
    expect([w, h]).toEqual(expected);
  });
});

interface Fake {
  drawn: unknown[];
  tried: string[];
}

/** A canvas to copy to, which encodes to that many bytes by type. */
function stubCanvas(sizes: Record<string, number>): Fake {
  const fake: Fake = { drawn: [], tried: [] };
  const copy = {
    getContext: () => ({ drawImage: (...given: unknown[]) => fake.drawn.push(given.slice(1)) }),
    toBlob: (done: (blob: Blob | null) => void, type: string) => {
      fake.tried.push(type);
      const size = sizes[type];
      done(size === undefined ? null : new Blob([new Uint8Array(size)]));
    },
  };
  vi.stubGlobal('document', { createElement: () => copy });
  return fake;
}

const canvas = { width: 2560, height: 1440 } as HTMLCanvasElement;

describe('a picture', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is a smaller copy in base64', async () => {
    const fake = stubCanvas({ 'image/webp': 3 });
    const capture = new Capture();
    capture.take(canvas);
    capture.take(canvas);
    expect(await capture.picture).toBe('AAAA');
    expect(fake).toEqual({ drawn: [[0, 0, 1280, 720]], tried: ['image/webp'] });
  });

  it('is a JPEG where the first encoding is too large', async () => {
    const fake = stubCanvas({ 'image/webp': 3 << 20, 'image/jpeg': 6 });
    const capture = new Capture();
    capture.take(canvas);
    expect(await capture.picture).toBe('AAAAAAAA');
    expect(fake.tried).toEqual(['image/webp', 'image/jpeg']);
  });

  it('fails where none is small enough', async () => {
    stubCanvas({ 'image/webp': 3 << 20 });
    const capture = new Capture();
    capture.take(canvas);
    await expect(capture.picture).rejects.toThrow(CaptureError);
  });

  it('is not waited for longer than half a minute', async () => {
    const capture = new Capture();
    const failed = expect(capture.picture).rejects.toThrow('within 30 seconds');
    await vi.advanceTimersByTimeAsync(30_000);
    await failed;
  });
});
