/**
 * What a project makes use of, read from its code: hints, not proofs.
 *
 * @typedef {{buffers: boolean, discards: boolean, mouse: boolean, keyboard: boolean, time: boolean}} Uses
 */
import { withoutComments } from "./text.js";
import { join } from "./wrapper.js";

/** @type {Uses} */
export const NO_USES = { buffers: false, discards: false, mouse: false, keyboard: false, time: false };

const TIME = /\b(iTime|iTimeDelta|iFrame|iFrameRate|iDate)\b/;

/**
 * @param {import("./project.js").Plan} plan
 * @returns {Uses} `time`: whether a frame can differ from the one before it; `discards`: whether the image leaves out pixels,
 *   which then show what earlier frames drew there
 */
export function findUses(plan) {
  const code = plan.passes.map((pass) => withoutComments(join(plan.common, pass.code))).join("\n");
  const inputs = plan.passes.flatMap((pass) => pass.inputs);
  return {
    buffers: plan.passes.some((pass) => pass.type === "buffer"),
    discards: plan.passes.some((pass) => pass.type === "image" && discards(pass, plan.common)),
    mouse: /\biMouse\b/.test(code),
    keyboard: inputs.some((input) => input.kind === "keyboard"),
    time: TIME.test(code) || readsPast(plan.passes),
  };
}

/**
 * @param {import("./project.js").Pass} pass
 * @param {string} common
 */
export function discards(pass, common) {
  return /\bdiscard\b/.test(withoutComments(`${common}\n${pass.code}`));
}

/** A buffer that reads itself or a later one goes on by itself. */
function readsPast(passes) {
  const order = passes.map((pass) => pass.id);
  return passes.some((pass, at) =>
    pass.inputs.some((input) => input.kind === "buffer" && order.indexOf(input.source) >= at));
}
