/** The picture of an image that discards pixels: what it leaves out is what earlier frames drew there, as on Shadertoy. */

const EMPTY = [0, 0, 0, 1];

export class Picture {
  #gl;
  #width = 0;
  #height = 0;
  #texture = null;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.framebuffer = gl.createFramebuffer();
  }

  /** Another size starts with an empty picture. */
  resize(width, height) {
    if (this.#width === width && this.#height === height) return;
    const gl = this.#gl;
    gl.deleteTexture(this.#texture);
    this.#texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#texture, 0);
    [this.#width, this.#height] = [width, height];
    this.clear();
  }

  clear() {
    if (!this.#texture) return;
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, this.framebuffer);
    this.#gl.clearBufferfv(this.#gl.COLOR, 0, EMPTY);
  }

  /** Copies it to the canvas. */
  show() {
    const gl = this.#gl;
    const corners = [0, 0, this.#width, this.#height];
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.framebuffer);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(...corners, ...corners, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  dispose() {
    this.#gl.deleteFramebuffer(this.framebuffer);
    this.#gl.deleteTexture(this.#texture);
  }
}
