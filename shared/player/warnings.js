/**
 * What is odd about a project that plays nevertheless.
 *
 * @typedef {{code: "unbound_channel" | "absent_buffer", pass: string, channel: number, source?: string}} Warning
 *   source: the buffer that is absent
 */

/**
 * @param {import("./project.js").Plan} plan
 * @param {{channels: number[]}[]} passes as they were created, in the plan's order
 * @returns {Warning[]}
 */
export function findWarnings(plan, passes) {
  const buffers = new Set(plan.passes.map((pass) => pass.id));
  return plan.passes.flatMap((pass, at) => [...findUnbound(pass, passes[at].channels), ...findAbsent(pass, buffers)]);
}

function findUnbound(pass, channels) {
  const bound = new Set(pass.inputs.map((input) => input.channel));
  const unbound = channels.filter((channel) => !bound.has(channel));
  return unbound.map((channel) => ({ code: "unbound_channel", pass: pass.id, channel }));
}

function findAbsent(pass, buffers) {
  const absent = pass.inputs.filter((input) => input.kind === "buffer" && !buffers.has(input.source));
  return absent.map(({ channel, source }) => ({ code: "absent_buffer", pass: pass.id, channel, source }));
}
