/**
 * Says what is wrong with a project document, as the server does (shared/project/schema.py): a list of documents in
 * tests/cases/projects.json holds both to the same verdicts.
 *
 * @typedef {import("./errors.js").ShaderError} ShaderError
 */
import {
  BUFFERS, CHANNELS, FILTERS, LARGEST, LIMITS, ORIGIN, PARAM_NAME, PARAM_TYPES, PASS_TYPES, SAMPLERS, TEXTURES, WRAPS,
} from "./contract.js";
import { shaderError } from "./errors.js";

const PROJECT_KEYS = ["passes", "params", "poster_time", "license", "credits", "origin"];
const PASS_KEYS = ["type", "name", "code", "inputs"];
const INPUT_KEYS = ["channel", "kind", "source", "sampler"];
const SAMPLER_KEYS = Object.keys(SAMPLERS.texture);
const PARAM_KEYS = ["name", "type", "label", "default", "min", "max"];

/**
 * @param {any} project
 * @returns {ShaderError[]} [] when the document is sound (its GLSL is not looked at)
 */
export function checkProject(project) {
  if (!isObject(project) || !Array.isArray(project.passes)) {
    return [shaderError("image", "The project is not a document with a list of passes.")];
  }
  const errors = [
    ...project.passes.flatMap(checkPass),
    ...[...unknownKeys(project, PROJECT_KEYS), ...checkParams(project.params), ...checkWords(project)].map(onImage),
  ];
  return errors.length ? errors : checkWhole(project);
}

/** @param {any} pass @returns {string | null} common, A to D or image; null for what is no pass */
export function passId(pass) {
  if (pass?.type === "buffer") return BUFFERS.includes(pass.name) ? pass.name : null;
  return PASS_TYPES.includes(pass?.type) && pass.name === undefined ? pass.type : null;
}

const onImage = (message) => shaderError("image", message);

function checkPass(pass) {
  const id = passId(pass);
  if (id === null) {
    return [onImage(`There is a pass of an unknown type or name: ${JSON.stringify([pass?.type ?? null, pass?.name ?? null])}.`)];
  }
  return [...unknownKeys(pass, PASS_KEYS), ...checkCode(pass.code), ...checkInputs(pass, id)].map((message) =>
    shaderError(id, message),
  );
}

function checkCode(code) {
  if (typeof code !== "string") return ["This pass has no code."];
  return code.includes("\0") ? ["Remove the NUL characters."] : [];
}

function checkInputs({ inputs = [] }, id) {
  if (!Array.isArray(inputs)) return ["The inputs of this pass are not a list."];
  if (id === "common" && inputs.length) return ["Common has no inputs; the passes that use it have."];
  const channels = inputs.map((input) => input?.channel);
  return inputs.flatMap((input, at) => {
    if (!isObject(input) || !CHANNELS.includes(input.channel)) return ["An input has no channel from 0 to 3."];
    const where = `iChannel${input.channel}`;
    const twice = channels.indexOf(input.channel) < at ? ["has two inputs."] : [];
    return [...twice, ...checkInput(input)].map((message) => `${where}: ${message}`);
  });
}

/** @returns {string[]} */
function checkInput(input) {
  const { kind, source = "", sampler = {} } = input;
  if (!Object.hasOwn(SAMPLERS, kind)) return [`there is no input kind ${JSON.stringify(kind)}.`];
  return [...unknownKeys(input, INPUT_KEYS), ...checkSource(kind, source), ...checkSampler(sampler)];
}

function checkSource(kind, source) {
  const names = { buffer: BUFFERS, texture: TEXTURES }[kind];
  if (names && !names.includes(source)) {
    return [`there is no ${kind} ${JSON.stringify(source)}; there are ${names.join(", ")}.`];
  }
  return isText(source, LIMITS.source) ? [] : ["its source is not a short text."];
}

function checkSampler(sampler) {
  if (!isObject(sampler)) return ["its sampler is not an object."];
  const { filter = FILTERS[0], wrap = WRAPS[0], vflip = false, srgb = false } = sampler;
  const messages = unknownKeys(sampler, SAMPLER_KEYS);
  if (!FILTERS.includes(filter)) messages.push(`filter is one of ${FILTERS.join(", ")}.`);
  if (!WRAPS.includes(wrap)) messages.push(`wrap is one of ${WRAPS.join(", ")}.`);
  if (typeof vflip !== "boolean" || typeof srgb !== "boolean") messages.push("vflip and srgb are true or false.");
  return messages;
}

function checkParams(params = []) {
  if (!Array.isArray(params)) return ["The params are not a list."];
  if (params.length > LIMITS.params) return [`There are more than ${LIMITS.params} params.`];
  const names = params.map((param) => param?.name);
  return params.flatMap((param, at) => {
    if (typeof param?.name !== "string" || !PARAM_NAME.test(param.name)) {
      return [`A param cannot be called ${JSON.stringify(param?.name)}.`];
    }
    if (names.indexOf(param.name) < at) return [`Two params are called ${param.name}.`];
    return checkParam(param).map((message) => `The param ${param.name} ${message}`);
  });
}

function checkParam(param) {
  if (!Object.hasOwn(PARAM_TYPES, param.type)) {
    return [`needs a type: ${Object.keys(PARAM_TYPES).join(", ")}.`];
  }
  const wrong = ["default", "min", "max"].filter((name) => Object.hasOwn(param, name) && !fits(param.type, param[name]));
  const label = isText(param.label ?? "", LIMITS.label) && param.label !== null;
  return [
    ...unknownKeys(param, PARAM_KEYS),
    ...wrong.map((name) => `has a ${name} that is not a value for a ${param.type}.`),
    ...(label ? [] : [`has a label that is not a text of up to ${LIMITS.label} characters.`]),
  ];
}

/** Whether a value is one of a param type's. */
function fits(type, value) {
  const { numbers, whole = false } = PARAM_TYPES[type];
  if (!numbers.length) return typeof value === "boolean";
  if (numbers.length === 1 && numbers[0] === 1) return isNumber(value) && (!whole || Number.isInteger(value));
  return Array.isArray(value) && numbers.includes(value.length) && value.every(isNumber);
}

function checkWords({ license = "", credits = "", origin = null }) {
  const messages = [];
  if (!isText(license, LIMITS.license)) messages.push("The license is not a short text.");
  if (!isText(credits, LIMITS.credits)) messages.push("The credits are not a text, or too long.");
  if (origin !== null && !isOrigin(origin)) messages.push("The origin is not one: it has a format, and may have id, author, address.");
  return messages;
}

function isOrigin(origin) {
  return isObject(origin) && "format" in origin
    && Object.entries(origin).every(([key, value]) => Object.hasOwn(ORIGIN, key) && isText(value, ORIGIN[key]));
}

/** Faults of the document as a whole, once each part by itself is sound. */
function checkWhole(project) {
  const ids = project.passes.map(passId);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice) return [shaderError(twice, `There are two passes ${twice}.`)];
  if (!ids.includes("image")) return [onImage("The project has no image pass.")];
  return [...checkLength(project.passes), ...checkPosterTime(project, ids)].map(onImage);
}

function checkLength(passes) {
  const encoder = new TextEncoder();
  const bytes = passes.reduce((sum, pass) => sum + encoder.encode(pass.code).length, 0);
  return bytes > LIMITS.code_bytes ? [`The code is longer than ${LIMITS.code_bytes} bytes in all.`] : [];
}

function checkPosterTime({ poster_time: time = 0 }, ids) {
  const stepped = ids.some((id) => BUFFERS.includes(id));
  const latest = stepped ? LIMITS.poster_time_with_buffers : LIMITS.poster_time;
  return typeof time === "number" && time >= 0 && time <= latest
    ? []
    : [`The poster is of the first ${latest} seconds${stepped ? ", with buffers" : ""}.`];
}

const unknownKeys = (value, known) =>
  Object.keys(value).filter((key) => !known.includes(key)).map((key) => `There is no field ${JSON.stringify(key)}.`);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber = (value) => typeof value === "number" && Math.abs(value) < LARGEST;
const isText = (value, longest) => typeof value === "string" && [...value].length <= longest;
