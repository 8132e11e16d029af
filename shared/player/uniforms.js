/**
 * Uniform values of one frame, in Shadertoy's terms.
 *
 * @typedef {{time: number, timeDelta: number, frame: number, date: number[], mouse: number[],
 *   width: number, height: number, params: Record<string, any>}} Frame
 * @typedef {{texture: WebGLTexture, sampler: WebGLSampler | null, size: [number, number, number], loaded: boolean}} Channel
 */

const SAMPLE_RATE = 44100;

/**
 * @param {WebGL2RenderingContext} gl
 * @param {WebGLProgram} program
 * @returns {Map<string, WebGLUniformLocation>} active uniforms by name; arrays without [0]
 */
export function findUniforms(gl, program) {
  const uniforms = new Map();
  const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS);
  for (let index = 0; index < count; index++) {
    const { name } = gl.getActiveUniform(program, index);
    uniforms.set(name.replace(/\[0\]$/, ""), gl.getUniformLocation(program, name));
  }
  return uniforms;
}

/** Texture units never change, so they are set once, right after linking. */
export function setUnits(gl, uniforms) {
  for (let unit = 0; unit < 4; unit++) {
    gl.uniform1i(uniforms.get(`iChannel${unit}`) ?? null, unit);
    gl.uniform1i(uniforms.get(`iCh${unit}.sampler`) ?? null, unit);
  }
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Map<string, WebGLUniformLocation>} uniforms
 * @param {Frame} frame
 */
export function setFrame(gl, uniforms, frame) {
  const at = (name) => uniforms.get(name) ?? null;
  gl.uniform3f(at("iResolution"), frame.width, frame.height, 1);
  gl.uniform1f(at("iTime"), frame.time);
  gl.uniform1f(at("iTimeDelta"), frame.timeDelta);
  gl.uniform1i(at("iFrame"), frame.frame);
  gl.uniform1f(at("iFrameRate"), frame.timeDelta > 0 ? 1 / frame.timeDelta : 60);
  gl.uniform4fv(at("iMouse"), frame.mouse);
  gl.uniform4fv(at("iDate"), frame.date);
  gl.uniform1f(at("iSampleRate"), SAMPLE_RATE);
}

/**
 * Sizes and load states of the four channels. Textures, buffers and the keyboard have no
 * playback, so their time is 0.
 *
 * @param {Channel[]} channels
 */
export function setChannels(gl, uniforms, channels) {
  gl.uniform3fv(uniforms.get("iChannelResolution") ?? null, channels.flatMap((channel) => channel.size));
  gl.uniform1fv(uniforms.get("iChannelTime") ?? null, [0, 0, 0, 0]);
  channels.forEach((channel, unit) => {
    gl.uniform3fv(uniforms.get(`iCh${unit}.size`) ?? null, channel.size);
    gl.uniform1f(uniforms.get(`iCh${unit}.time`) ?? null, 0);
    gl.uniform1i(uniforms.get(`iCh${unit}.loaded`) ?? null, channel.loaded ? 1 : 0);
  });
}

/**
 * @param {import("./project.js").Param[]} params
 * @param {Record<string, any>} values
 */
export function setParams(gl, uniforms, params, values) {
  for (const param of params) {
    const location = uniforms.get(param.name);
    if (location) setParam(gl, location, param.type, values[param.name] ?? param.default);
  }
}

function setParam(gl, location, type, value) {
  if (type === "color") gl.uniform4fv(location, toVector(value, [0, 0, 0, 1]));
  else if (type === "point2d") gl.uniform2fv(location, toVector(value, [0, 0]));
  else if (type === "float") gl.uniform1f(location, Number(value ?? 0));
  else gl.uniform1i(location, Math.trunc(Number(value ?? 0)));
}

/** Components that are not given keep their fallback: a color of three numbers is opaque. */
function toVector(value, fallback) {
  if (typeof value === "string") return fromHex(value, fallback);
  return fallback.map((component, at) => Number(value?.[at] ?? component));
}

/** `#rrggbb` or `#rrggbbaa`, as a colour field of a page gives it. */
function fromHex(text, fallback) {
  const bytes = text.match(/[0-9a-f]{2}/gi) ?? [];
  return fallback.map((component, at) => (bytes[at] === undefined ? component : Number.parseInt(bytes[at], 16) / 255));
}
