/**
 * Brings a project document into its one form (as shared/project/normalise.py does), and reads that into what the player
 * works on.
 *
 * @typedef {{channel: number, kind: "buffer" | "texture" | "keyboard", source: string,
 *   sampler: {filter: string, wrap: string, vflip: boolean, srgb: boolean}}} Input
 * @typedef {{id: string, type: "image" | "buffer", code: string, inputs: Input[]}} Pass
 *   `id` is A to D or image.
 * @typedef {{name: string, type: string, default?: any}} Param
 * @typedef {{common: string, passes: Pass[], params: Param[], marked?: boolean, guarded?: boolean}} Plan buffers in order,
 *   image last; marked: the alpha of the image marks colours that are no numbers; guarded: see loop-guard.js
 */
import { passId } from "./check.js";
import { SAMPLERS } from "./contract.js";

/**
 * @param {any} project one that checkProject found sound
 * @returns {any} the document with plain line ends, without byte-order marks, with every sampler complete
 */
export function normaliseProject(project) {
  return { ...project, passes: project.passes.map(normalisePass), params: project.params ?? [] };
}

function normalisePass(pass) {
  return { ...pass, code: normaliseCode(pass.code), inputs: (pass.inputs ?? []).map(normaliseInput) };
}

/** @param {string} code */
export function normaliseCode(code) {
  return code.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
}

function normaliseInput(input) {
  return { ...input, source: input.source ?? "", sampler: { ...SAMPLERS[input.kind], ...input.sampler } };
}

/**
 * @param {any} project one that checkProject found sound
 * @returns {Plan}
 */
export function readProject(project) {
  const { passes: all, params } = normaliseProject(project);
  const passes = all.filter((pass) => pass.type !== "common").map(readPass);
  passes.sort((a, b) => (a.type === b.type ? a.id.localeCompare(b.id) : a.type === "image" ? 1 : -1));
  const common = all.find((pass) => pass.type === "common")?.code ?? "";
  return { common, passes, params };
}

function readPass(pass) {
  return { id: passId(pass), type: pass.type, code: pass.code, inputs: pass.inputs };
}
