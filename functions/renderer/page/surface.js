/** The canvas that everything is drawn to: its size, its pixels, and whether its GPU process is still alive. */

/** The colour of a pixel that is read to check the context: a lost context reads as zeros. */
const SENTINEL = [17, 34, 51, 255];

/** An alpha that no picture has: see MAINS of the player's wrapper.js. */
const UNREAD = 7;

/** The GPU process is gone, and with it every pixel. */
export class ContextLost extends Error {
  constructor() {
    super("the graphics process was lost");
    this.name = "ContextLost";
  }
}

export class Surface {
  #canvas = new OffscreenCanvas(64, 64);
  #pixel = new Uint8Array(4);
  #sentinel;
  #kept;
  #room = 0;

  constructor() {
    const gl = this.#canvas.getContext("webgl2", { antialias: false, depth: false, stencil: false });
    if (!gl) throw new Error("no WebGL 2");
    this.gl = gl;
    this.#sentinel = createSentinel(gl);
    this.#kept = gl.createBuffer();
    this.driver = nameDriver(gl);
    if (this.driver.includes("llvmpipe")) compileOnce(gl);
  }

  /** Forgets every picture. */
  renew() {
    const { gl } = this;
    gl.deleteBuffer(this.#kept);
    this.#kept = gl.createBuffer();
    this.#room = 0;
    this.#canvas.width = 1;
    this.#canvas.height = 1;
  }

  /** @param {number} width @param {number} height in pixels */
  resize(width, height) {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  /** Waits until everything drawn so far is drawn. */
  sync() {
    const { gl } = this;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.#pixel);
  }

  /** @param {Uint8Array} into width * height * 4 bytes: the picture, its bottom row first */
  readUpwards(into) {
    const { gl } = this;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    gl.readPixels(0, 0, this.#canvas.width, this.#canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, into);
  }

  /**
   * Keeps the picture beside those kept before, for readKept(): the GPU process is waited for once for all of them.
   *
   * @param {number} index of the picture
   * @param {number} count of pictures that there is to be room for
   */
  keep(index, count) {
    const { gl } = this;
    const { width, height } = this.#canvas;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.#kept);
    const bytes = width * height * 4;
    if (index === 0 && this.#room !== count * bytes) {
      this.#room = count * bytes;
      gl.bufferData(gl.PIXEL_PACK_BUFFER, this.#room, gl.STREAM_READ);
    }
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, index * bytes);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  }

  /**
   * @param {Uint8Array} into as long as the kept pictures together, each with its bottom row first
   * @throws {ContextLost} where nothing could be read
   */
  readKept(into) {
    const { gl } = this;
    into[into.length - 1] = UNREAD;
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.#kept);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, into);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    if (into[into.length - 1] === UNREAD) throw new ContextLost();
  }

  /**
   * Checks right after a read that the context was alive: isContextLost() says so only in a later task.
   *
   * @throws {ContextLost}
   */
  check() {
    const { gl } = this;
    const pixel = this.#pixel;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#sentinel);
    pixel.fill(0);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    if (SENTINEL.some((value, at) => pixel[at] !== value)) throw new ContextLost();
  }
}

function createSentinel(gl) {
  const framebuffer = gl.createFramebuffer();
  const renderbuffer = gl.createRenderbuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, renderbuffer);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, 1, 1);
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, renderbuffer);
  gl.clearBufferfv(gl.COLOR, 0, SENTINEL.map((value) => value / 255));
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  return framebuffer;
}

/** The driver's own name. */
function nameDriver(gl) {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/**
 * Enables blending with a no-op equation. llvmpipe compiles every opaque shader twice, once for tiles that it covers as a
 * whole; with blending it uses the variant for edges everywhere, at the same speed and with the same pixels.
 */
function compileOnce(gl) {
  if (!gl.getExtension("EXT_float_blend")) return;
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ZERO);
}
