/** Compiles passes to WebGL programs, all at once, and without blocking the page where that is asked for and can be. */
import { LINKER, place } from "./error-places.js";
import { parseLog, PlayerError, shaderError, unique } from "./errors.js";
import { Text, withoutComments } from "./text.js";
import { join, VERTEX_SOURCE, wrap } from "./wrapper.js";

const NO_MAIN = "mainImage is missing: write void mainImage(out vec4 fragColor, in vec2 fragCoord).";

/** Errors of a project that are told. */
const MOST_ERRORS = 100;

/** Compiles Common without the pass it precedes, to see which of the two a fault is in. What goes on in its first line goes on in nothing. */
const EMPTY_PASS = { type: "image", code: "\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(0.0); }" };

/**
 * @param {WebGL2RenderingContext} gl
 * @param {import("./project.js").Plan} plan
 * @param {boolean} blocking whether the page may stand still until all is compiled
 * @param {import("./program-cache.js").ProgramCache} cache where programs of the same source may be
 * @returns {Promise<{programs: WebGLProgram[], errors: import("./errors.js").ShaderError[]}>}
 *   one program a pass when there are no errors, else no programs.
 */
export async function compilePlan(gl, plan, blocking, cache) {
  const missing = plan.passes.flatMap((pass) => checkMain(pass, plan.common));
  if (missing.length) return { programs: [], errors: missing };
  const jobs = plan.passes.map((pass) => startJob(gl, pass, plan, cache));
  await (blocking ? block(gl, jobs) : allDone(gl, jobs));
  if (gl.isContextLost()) throw new PlayerError("The graphics context was lost while the shader was compiled.");
  const errors = unique(jobs.flatMap((job) => placeAll(jobErrors(gl, job, plan), job.pass, plan.common)));
  for (const job of jobs) finishJob(gl, job, errors.length > 0);
  return { programs: errors.length ? [] : jobs.map((job) => job.program), errors };
}

/** @returns {import("./errors.js").ShaderError[]} these errors, each once, with their places in the code of a pass and of Common */
function placeAll(errors, pass, common) {
  if (!errors.length) return [];
  const joined = { text: new Text(join(common, pass.code)), common: countLines(common), pass: pass.id };
  return unique(unique(errors).slice(0, MOST_ERRORS).map((error) => place(error, joined)));
}

/** One clear message in place of the compiler's own about a prototype the user never wrote. */
function checkMain(pass, common) {
  const sources = [join(common, pass.code), pass.code];  // a comment that Common leaves open is told by the compiler
  if (sources.some((source) => /\bmainImage\b/.test(withoutComments(source)))) return [];
  return placeAll([shaderError(pass.id, NO_MAIN)], pass, common);
}

function startJob(gl, pass, plan, cache) {
  const source = wrap(pass, plan.common, plan.params, plan);
  const kept = cache.take(source);
  if (kept) return { pass, program: kept, vertex: null, fragment: null };
  const vertex = startShader(gl, gl.VERTEX_SHADER, VERTEX_SOURCE);
  const fragment = startShader(gl, gl.FRAGMENT_SHADER, source);
  const program = gl.createProgram();
  gl.attachShader(program, vertex);
  gl.attachShader(program, fragment);
  gl.linkProgram(program);
  cache.name(program, source);
  return { pass, program, vertex, fragment };
}

function startShader(gl, type, source) {
  const shader = gl.createShader(type);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

/** That the context was lost meanwhile is known in a later task only. */
async function block(gl, jobs) {
  for (const job of jobs) gl.getProgramParameter(job.program, gl.LINK_STATUS);
  await new Promise((resolve) => setTimeout(resolve));
}

/** Asking for a status blocks until the compiler is done, so ask only whether it is done. */
async function allDone(gl, jobs) {
  const parallel = gl.getExtension("KHR_parallel_shader_compile");
  if (!parallel) return;
  const pending = () => jobs.some((job) => !gl.getProgramParameter(job.program, parallel.COMPLETION_STATUS_KHR));
  for (let wait = 0; pending() && !gl.isContextLost(); wait = Math.min(wait + 1, 16)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function jobErrors(gl, job, plan) {
  if (gl.getProgramParameter(job.program, gl.LINK_STATUS)) return [];
  const compiled = gl.getShaderParameter(job.fragment, gl.COMPILE_STATUS);
  const log = (compiled ? gl.getProgramInfoLog(job.program) : gl.getShaderInfoLog(job.fragment)) ?? "";
  const errors = parseLog(log, job.pass.id, sourceLines(job.pass, plan));
  if (!errors.length) return [shaderError(job.pass.id, "The graphics driver refused this shader and gave no reason.")];
  const inCommon = plan.common.trim() && !errors.some((error) => error.pass === "common");
  return (inCommon && openCommon(gl, plan, errors)) || errors.map(explain);
}

function sourceLines(pass, plan) {
  return { common: countLines(plan.common), pass: countLines(pass.code) };
}

const countLines = (source) => source.split("\n").length;

/** A brace or comment left open in Common shows up in the pass after it: see whether Common alone has the same fault. */
function openCommon(gl, plan, errors) {
  const shader = startShader(gl, gl.FRAGMENT_SHADER, wrap(EMPTY_PASS, plan.common, plan.params));
  const log = gl.getShaderParameter(shader, gl.COMPILE_STATUS) ? "" : (gl.getShaderInfoLog(shader) ?? "");
  gl.deleteShader(shader);
  const fault = parseLog(log, "common", { common: countLines(plan.common), pass: Infinity })[0];
  if (!fault || LINKER.test(fault.message) || !errors.some((error) => error.message === fault.message)) return null;
  return [shaderError("common", `${fault.message} (something is left open in Common)`, countLines(plan.common))];
}

/** Nobody wrote the call of mainImage. */
function explain(error) {
  return error.message.startsWith("Function mainImage()") ? { ...error, message: NO_MAIN } : error;
}

function finishJob(gl, job, failed) {
  gl.deleteShader(job.vertex);
  gl.deleteShader(job.fragment);
  if (failed) gl.deleteProgram(job.program);
}
