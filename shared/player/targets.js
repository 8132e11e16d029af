/** What a buffer pass draws into: two RGBA32F textures that change places every frame. */

/** As on Shadertoy: empty, alpha too. */
const START = [0, 0, 0, 0];

export class Target {
  width = 0;
  height = 0;

  #gl;
  #sides = null;
  #front = 0;

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {boolean} mipmaps whether some input reads it with mipmaps
   */
  constructor(gl, mipmaps) {
    this.#gl = gl;
    this.wanted = mipmaps;
    this.mipmaps = mipmaps && gl.getExtension("OES_texture_float_linear") !== null;
  }

  /** The newest finished frame. */
  get texture() {
    return this.#sides[this.#front].texture;
  }

  /** The framebuffer of the newest finished frame. */
  get front() {
    return this.#sides[this.#front].framebuffer;
  }

  /** The framebuffer of the frame to come. */
  get back() {
    return this.#sides[1 - this.#front].framebuffer;
  }

  resize(width, height) {
    if (this.width === width && this.height === height) return;
    const [gl, sides] = [this.#gl, this.#sides];
    const next = [0, 1].map(() => createSide(gl, width, height, this.mipmaps));
    const overlap = [Math.min(width, this.width), Math.min(height, this.height)];
    if (sides) keepOverlap(gl, sides[this.#front], next[0], ...overlap);
    sides?.forEach((side) => deleteSide(gl, side));
    Object.assign(this, { width, height });
    [this.#sides, this.#front] = [next, 0];
    this.#finish();
  }

  clear() {
    for (const side of this.#sides ?? []) clearSide(this.#gl, side);
    if (this.#sides) this.#finish();
  }

  swap() {
    this.#front = 1 - this.#front;
    this.#finish();
  }

  #finish() {
    if (!this.mipmaps) return;
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.texture);
    this.#gl.generateMipmap(this.#gl.TEXTURE_2D);
  }

  dispose() {
    this.#sides?.forEach((side) => deleteSide(this.#gl, side));
    this.#sides = null;
  }
}

function createSide(gl, width, height, mipmaps) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  const levels = mipmaps ? Math.floor(Math.log2(Math.max(width, height))) + 1 : 1;
  gl.texStorage2D(gl.TEXTURE_2D, levels, gl.RGBA32F, width, height);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  const side = { texture, framebuffer };
  clearSide(gl, side);
  return side;
}

function clearSide(gl, side) {
  gl.bindFramebuffer(gl.FRAMEBUFFER, side.framebuffer);
  gl.clearBufferfv(gl.COLOR, 0, START);
}

/** Texels keep their address: programs keep state in them, so nothing is scaled. */
function keepOverlap(gl, from, to, width, height) {
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from.framebuffer);
  gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to.framebuffer);
  gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
}

function deleteSide(gl, side) {
  gl.deleteFramebuffer(side.framebuffer);
  gl.deleteTexture(side.texture);
}
