/** A picture of what a canvas shows, small enough for the API, or a sentence why there is none. */

/** Why there is no picture, as a sentence. */
export class CaptureError extends Error {}

const LARGEST = { width: 1280, height: 720 };
/** The API takes pictures of up to 2 MB. */
const MAX_BYTES = 2 << 20;
const TIMEOUT_MS = 30_000;
/** Tried in this order until one is small enough; a browser that has no WebP gives a PNG instead. */
const ENCODINGS = [
  ['image/webp', 0.85],
  ['image/jpeg', 0.85],
  ['image/jpeg', 0.5],
] as const;

interface Size {
  width: number;
  height: number;
}

/** The size made smaller, in its own proportions, until it is within the largest; pixels. */
export function fitWithin({ width, height }: Size, largest: Size = LARGEST): Size {
  const shrink = Math.min(1, largest.width / width, largest.height / height);
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}

/** The picture that is asked for now: one frame, once it is drawn. */
export class Capture {
  /** WebP, PNG or JPEG in base64; rejects with CaptureError. */
  readonly picture: Promise<string>;

  #resolve: (picture: Promise<string>) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #taken = false;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs = TIMEOUT_MS) {
    this.picture = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const seconds = Math.round(timeoutMs / 1000);
    const late = `This browser drew no picture within ${seconds} seconds.`;
    this.#timer = setTimeout(() => this.fail(late), timeoutMs);
  }

  /** To be called right after a frame was drawn: later a WebGL canvas is empty. */
  take(canvas: HTMLCanvasElement): void {
    if (this.#taken) return;
    this.#taken = true;
    clearTimeout(this.#timer);
    this.#resolve(encode(canvas));
  }

  fail(message: string): void {
    clearTimeout(this.#timer);
    this.#reject(new CaptureError(message));
  }
}

async function encode(canvas: HTMLCanvasElement): Promise<string> {
  const copy = copyOf(canvas);
  for (const [type, quality] of ENCODINGS) {
    const blob = await new Promise<Blob | null>((resolve) => copy.toBlob(resolve, type, quality));
    if (blob && blob.size > 0 && blob.size <= MAX_BYTES) return toBase64(await blob.arrayBuffer());
  }
  throw new CaptureError('This browser gave no picture of at most 2 MB.');
}

function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = Object.assign(document.createElement('canvas'), fitWithin(canvas));
  const context = copy.getContext('2d');
  if (!context) throw new CaptureError('This browser gave no picture.');
  context.drawImage(canvas, 0, 0, copy.width, copy.height);
  return copy;
}

const toBase64 = (buffer: ArrayBuffer): string =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
