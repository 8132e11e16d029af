/** Programs that nothing draws with any more, kept for when the same source is to be compiled again. */

export class ProgramCache {
  #gl;
  #most;
  #sources = new WeakMap();
  /** The newest last. */
  #kept = [];

  /**
   * @param {WebGL2RenderingContext} gl
   * @param {number} most programs to keep
   */
  constructor(gl, most) {
    this.#gl = gl;
    this.#most = most;
  }

  /**
   * @param {string} source of the fragment shader
   * @returns {WebGLProgram | null} linked; its uniforms are as they were left
   */
  take(source) {
    const at = this.#kept.findLastIndex((program) => this.#sources.get(program) === source);
    return at < 0 ? null : this.#kept.splice(at, 1)[0];
  }

  /** Says what a new program was made of, so that it can be given back. */
  name(program, source) {
    this.#sources.set(program, source);
  }

  /** @param {WebGLProgram} program linked, and named; deleted where there is no room for it */
  give(program) {
    this.#kept.push(program);
    while (this.#kept.length > this.#most) this.#gl.deleteProgram(this.#kept.shift());
  }
}
