/** WebGL sampler objects, one for each kind of filter and wrap that a project asks for. */

/**
 * @param {WebGL2RenderingContext} gl
 * @returns {{get: (sampler: {filter: string, wrap: string}, float: boolean) => WebGLSampler, dispose: () => void}}
 *   `float` says that 32-bit float texels are read, which not every device can filter.
 */
export function createSamplers(gl) {
  const floatLinear = gl.getExtension("OES_texture_float_linear") !== null;
  const cache = new Map();
  return {
    get({ filter, wrap }, float) {
      const possible = float && !floatLinear ? "nearest" : filter;
      const key = `${possible} ${wrap}`;
      if (!cache.has(key)) cache.set(key, createSampler(gl, possible, wrap));
      return cache.get(key);
    },
    dispose() {
      for (const sampler of cache.values()) gl.deleteSampler(sampler);
    },
  };
}

function createSampler(gl, filter, wrap) {
  const wraps = { clamp: gl.CLAMP_TO_EDGE, repeat: gl.REPEAT, mirror: gl.MIRRORED_REPEAT };
  const minify = { nearest: gl.NEAREST, linear: gl.LINEAR, mipmap: gl.LINEAR_MIPMAP_LINEAR };
  const sampler = gl.createSampler();
  gl.samplerParameteri(sampler, gl.TEXTURE_MIN_FILTER, minify[filter]);
  gl.samplerParameteri(sampler, gl.TEXTURE_MAG_FILTER, filter === "nearest" ? gl.NEAREST : gl.LINEAR);
  gl.samplerParameteri(sampler, gl.TEXTURE_WRAP_S, wraps[wrap]);
  gl.samplerParameteri(sampler, gl.TEXTURE_WRAP_T, wraps[wrap]);
  return sampler;
}
