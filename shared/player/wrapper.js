/**
 * The GLSL around a pass: version, precision, uniforms and main stand before Common and
 * the user's code, so that nothing follows the user's last line.
 */
import { USER_STRING } from "./errors.js";
import { guard } from "./loop-guard.js";
import { Text } from "./text.js";

export const VERTEX_SOURCE = `#version 300 es
void main() {
  vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
`;

const CHANNELS = [0, 1, 2, 3];

const UNIFORMS = `uniform vec3 iResolution;
uniform float iTime;
uniform float iTimeDelta;
uniform int iFrame;
uniform float iFrameRate;
uniform float iChannelTime[4];
uniform vec3 iChannelResolution[4];
uniform vec4 iMouse;
uniform vec4 iDate;
uniform float iSampleRate;
${CHANNELS.map((n) => `uniform sampler2D iChannel${n};`).join("\n")}
${CHANNELS.map((n) => `uniform struct { sampler2D sampler; vec3 size; float time; int loaded; } iCh${n};`).join("\n")}`;

const GLSL_TYPES = { float: "float", int: "int", bool: "bool", color: "vec4", point2d: "vec2" };

/** An image is opaque; buffers keep their alpha. A marked one tells by its alpha what is no number. */
const MAINS = {
  image: "mainImage(color, gl_FragCoord.xy); ff_color = vec4(color.rgb, 1.0);",
  markedImage:
    "mainImage(color, gl_FragCoord.xy); " +
    "ff_color = vec4(color.rgb, any(isnan(color.rgb)) ? 2.0 / 3.0 : any(isinf(color.rgb)) ? 1.0 / 3.0 : 1.0);",
  buffer: "mainImage(color, gl_FragCoord.xy); ff_color = color;",
};

/** Shadertoy's own tests call it in an image, where it paints what fails; here nothing fails loudly. */
const ASSERTS = "void st_assert(bool truth) {} void st_assert(bool truth, int number) {}";

/**
 * @param {{type: "image" | "buffer", code: string}} pass
 * @param {string} common
 * @param {{name: string, type: string}[]} params
 * @param {{marked?: boolean, guarded?: boolean}} [marks] marked: whether the alpha of an image marks colours that are no
 *   numbers; guarded: whether pixels are marked whose loops the driver ended
 * @returns {string} a complete fragment shader
 */
export function wrap(pass, common, params, marks = {}) {
  return `${prologue(pass.type, params, marks)}
#line 1 ${USER_STRING}
${clean(join(common, pass.code))}
`;
}

/**
 * Common, a line end and the pass, as plain text: what is open at Common's end goes on in the pass.
 *
 * @param {string} common
 * @param {string} code of the pass
 */
export function join(common, code) {
  return `${common}\n${code}`;
}

/** @param {"image" | "buffer"} type */
function prologue(type, params, { marked, guarded }) {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision mediump sampler3D;
#define HW_PERFORMANCE 1
${UNIFORMS}
${params.map((param) => `uniform ${GLSL_TYPES[param.type]} ${param.name};`).join("\n")}
out vec4 ff_color;
void mainImage(out vec4 fragColor, in vec2 fragCoord);
void main() { vec4 color = vec4(0.0, 0.0, 0.0, 1.0); ${MAINS[marked && type === "image" ? "markedImage" : type]}${guarded ? ` ${guard(type)}` : ""} }
${type === "image" ? ASSERTS : ""}`;
}

/**
 * The user's code with the same lines, made harmless for the compiler's line count: ASCII only (WebGL refuses other
 * sources as a whole), no `#version` or `#line` of its own, and a space between two backslashes that continue a line
 * (ANGLE takes the second for the end of the source).
 *
 * @param {string} code with plain line ends
 */
export function clean(code) {
  return dropDirectives(code)
    .replace(/[\v\f]/g, " ")
    .replace(/[^\t\n\x20-\x7e]/g, "@")
    .replace(/\\\n(?=\\\n)/g, "\\\n ");
}

/** Blanks for `#version` and `#line`, over all the lines that they take. */
function dropDirectives(source) {
  const text = new Text(source);
  const parts = [];
  let done = 0;
  for (const { 0: directive, index } of text.code.matchAll(/(?<![^\n])[ \t\v\f]*#[ \t\v\f]*(?:version|line)\b[^\n]*/g)) {
    const [start, end] = [text.origin(index), text.origin(index + directive.length)];
    parts.push(source.slice(done, start), source.slice(start, end).replace(/[^\n]/g, " "));
    done = end;
  }
  return [...parts, source.slice(done)].join("");
}
