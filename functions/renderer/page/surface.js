/** The one canvas that is drawn to: its size, its pixels, and whether the GPU process still stands behind it. */

/** Any colour but that of a dead context, which reads as zeros. */
const SENTINEL = [17, 34, 51, 255];

/** No alpha of a picture, which is 0 or 255. */
const UNREAD = 7;

/** The GPU process is gone, and with it every pixel. */
export class ContextLost extends Error {
  constructor() {
    super("the graphics process was lost");
    this.name = "ContextLost";
  }
}

/** @typedef {ReturnType<typeof createSurface>} Surface */
export function createSurface() {
  const canvas = new OffscreenCanvas(64, 64);
  const gl = canvas.getContext("webgl2", { antialias: false, depth: false, stencil: false });
  if (!gl) throw new Error("no WebGL 2");
  const sentinel = createSentinel(gl);
  const pixel = new Uint8Array(4);
  const kept = gl.createBuffer();
  let room = 0;
  const driver = nameDriver(gl);
  if (driver.includes("llvmpipe")) compileOnce(gl);

  return {
    gl,
    driver,

    /** @param {number} width @param {number} height in pixels */
    resize(width, height) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    },

    /** Waits until everything drawn so far is drawn. */
    sync() {
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    },

    /** @param {Uint8Array} into width * height * 4 bytes: the picture, its bottom row first */
    readUpwards(into) {
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
      gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, into);
    },

    /**
     * Keeps the picture beside those kept before, for readKept(): so the GPU process is waited for once for all of them.
     *
     * @param {number} index of the picture
     * @param {number} count of pictures that there is to be room for
     */
    keep(index, count) {
      const { width, height } = canvas;
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, kept);
      const bytes = width * height * 4;
      if (index === 0 && room !== count * bytes) {
        room = count * bytes;
        gl.bufferData(gl.PIXEL_PACK_BUFFER, room, gl.STREAM_READ);
      }
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, index * bytes);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    },

    /**
     * @param {Uint8Array} into as long as the kept pictures together, each with its bottom row first
     * @throws {ContextLost} where nothing could be read
     */
    readKept(into) {
      into[into.length - 1] = UNREAD;
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, kept);
      gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, into);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
      if (into[into.length - 1] === UNREAD) throw new ContextLost();
    },

    /**
     * Right after a read: whether it read anything. isContextLost() says so only in a later task.
     *
     * @throws {ContextLost}
     */
    check() {
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, sentinel);
      pixel.fill(0);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
      if (SENTINEL.some((value, at) => pixel[at] !== value)) throw new ContextLost();
    },
  };
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

/** What the driver calls itself. */
function nameDriver(gl) {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/**
 * Blends what is drawn with nothing. llvmpipe compiles every opaque shader twice, once for tiles that it covers whole;
 * where there is blending the one compiled for edges does for all, at the same speed and with the same pixels.
 */
function compileOnce(gl) {
  if (!gl.getExtension("EXT_float_blend")) return;
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ZERO);
}
