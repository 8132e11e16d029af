/**
 * Reads a project document into the form that the player works on, or says what is wrong.
 *
 * @typedef {import("./errors.js").ShaderError} ShaderError
 * @typedef {{channel: number, kind: "buffer" | "texture" | "keyboard", source: string,
 *   sampler: {filter: string, wrap: string, vflip: boolean, srgb: boolean}}} Input
 * @typedef {{id: string, type: "image" | "buffer", code: string, inputs: Input[]}} Pass
 *   `id` is A to D or image.
 * @typedef {{name: string, type: string, default: any}} Param
 * @typedef {{common: string, passes: Pass[], params: Param[]}} Plan buffers in order, image last
 */
import { shaderError } from "./errors.js";
import { TEXTURE_NAMES } from "./textures.js";

const BUFFER_NAMES = ["A", "B", "C", "D"];
const PARAM_TYPES = ["float", "int", "bool", "color", "point2d"];
const PARAM_NAME = /^(?!gl_|i[A-Z]|ff_|main(Image)?$)[A-Za-z_]\w{0,62}$/;
const FILTERS = ["nearest", "linear", "mipmap"];
const WRAPS = ["clamp", "repeat", "mirror"];

/** What an input gets where its sampler is silent. */
const SAMPLERS = {
  texture: { filter: "mipmap", wrap: "repeat", vflip: false, srgb: false },
  buffer: { filter: "linear", wrap: "clamp", vflip: false, srgb: false },
  keyboard: { filter: "nearest", wrap: "clamp", vflip: false, srgb: false },
};

/**
 * @param {any} project
 * @returns {ShaderError[]} [] when the document is sound (its GLSL is not looked at)
 */
export function checkProject(project) {
  if (!project || typeof project !== "object" || !Array.isArray(project.passes)) {
    return [shaderError("image", "The project is not a document with a list of passes.")];
  }
  const errors = [...project.passes.flatMap(checkPass), ...checkParams(project.params)];
  return errors.length ? errors : checkWhole(project.passes);
}

/** @param {any} pass */
function checkPass(pass) {
  const id = passId(pass);
  if (id === null) {
    return [shaderError("image", `There is a pass of an unknown type or name: ${nameOf(pass)}.`)];
  }
  if (typeof pass.code !== "string") return [shaderError(id, "This pass has no code.")];
  const inputs = pass.inputs ?? [];
  if (!Array.isArray(inputs)) return [shaderError(id, "The inputs of this pass are not a list.")];
  return inputs.flatMap((input) => checkInput(input)).map((message) => shaderError(id, message));
}

/** @param {any} pass @returns {string | null} */
export function passId(pass) {
  if (pass?.type === "common" || pass?.type === "image") return pass.type;
  return pass?.type === "buffer" && BUFFER_NAMES.includes(pass.name) ? pass.name : null;
}

function nameOf(pass) {
  return JSON.stringify([pass?.type ?? null, pass?.name ?? null]);
}

/** @param {any} input @returns {string[]} */
function checkInput(input) {
  if (!input || ![0, 1, 2, 3].includes(input.channel)) return ["An input has no channel from 0 to 3."];
  const where = `iChannel${input.channel}`;
  if (!(input.kind in SAMPLERS)) return [`${where}: there is no input kind ${JSON.stringify(input.kind)}.`];
  if (input.kind === "texture" && !TEXTURE_NAMES.includes(input.source)) {
    return [`${where}: there is no texture ${JSON.stringify(input.source)}; there are ${TEXTURE_NAMES.join(", ")}.`];
  }
  return checkSampler(where, input.sampler ?? {});
}

function checkSampler(where, { filter = "linear", wrap = "clamp" }) {
  const messages = [];
  if (!FILTERS.includes(filter)) messages.push(`${where}: filter is one of ${FILTERS.join(", ")}.`);
  if (!WRAPS.includes(wrap)) messages.push(`${where}: wrap is one of ${WRAPS.join(", ")}.`);
  return messages;
}

function checkParams(params) {
  if (params == null) return [];
  if (!Array.isArray(params)) return [shaderError("image", "The params are not a list.")];
  const names = params.map((param) => param?.name);
  return params.flatMap((param, at) => {
    if (!PARAM_NAME.test(param?.name ?? "") || param.name.includes("__")) {
      return [shaderError("image", `A param cannot be called ${JSON.stringify(param?.name)}.`)];
    }
    if (names.indexOf(param.name) < at) return [shaderError("image", `Two params are called ${param.name}.`)];
    if (PARAM_TYPES.includes(param.type)) return [];
    return [shaderError("image", `The param ${param.name} needs a type: ${PARAM_TYPES.join(", ")}.`)];
  });
}

/** Faults between passes, once each pass by itself is sound. */
function checkWhole(passes) {
  const ids = passes.map(passId);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice) return [shaderError(twice, `There are two passes ${twice}.`)];
  if (!ids.includes("image")) return [shaderError("image", "The project has no image pass.")];
  return passes.flatMap((pass) => checkChannels(pass, ids));
}

function checkChannels(pass, ids) {
  const channels = (pass.inputs ?? []).map((input) => input.channel);
  return (pass.inputs ?? []).flatMap((input, at) => {
    const where = `iChannel${input.channel}`;
    if (channels.indexOf(input.channel) < at) return [shaderError(passId(pass), `${where} has two inputs.`)];
    if (input.kind !== "buffer" || ids.includes(input.source)) return [];
    return [shaderError(passId(pass), `${where} reads Buffer ${input.source}, which is not in the project.`)];
  });
}

/**
 * @param {any} project one that checkProject found sound
 * @returns {Plan}
 */
export function readProject(project) {
  const passes = project.passes.filter((pass) => pass.type !== "common").map(readPass);
  passes.sort((a, b) => (a.type === b.type ? a.id.localeCompare(b.id) : a.type === "image" ? 1 : -1));
  const common = project.passes.find((pass) => pass.type === "common")?.code ?? "";
  return { common, passes, params: project.params ?? [] };
}

function readPass(pass) {
  const inputs = (pass.inputs ?? []).map((input) => ({
    channel: input.channel,
    kind: input.kind,
    source: input.source ?? "",
    sampler: { ...SAMPLERS[input.kind], ...input.sampler },
  }));
  return { id: passId(pass), type: pass.type, code: pass.code, inputs };
}
