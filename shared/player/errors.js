/**
 * Errors of the player, and compiler logs read into errors on the user's own lines.
 *
 * @typedef {{pass: string, line: number, column: number | null, message: string}} ShaderError
 *   `pass` is common, A, B, C, D or image; `line` counts from 1 in that pass's own code.
 */

/** Source string numbers that the wrapper gives with `#line`; 0 is the wrapper itself. */
export const COMMON_STRING = 1;
export const PASS_STRING = 2;

const LOCATED = /^(ERROR|WARNING):\s*(\d+):(\d+):\s*(.*)$/i;
const NOISE = /^(\s*|.*\bcompilation errors?\b.*|.*no code generated.*)$/i;

/** The player cannot run at all here, for the reason given in words for a person. */
export class PlayerError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "PlayerError";
  }
}

/**
 * @param {string} pass
 * @param {string} message
 * @param {number} [line]
 * @returns {ShaderError}
 */
export function shaderError(pass, message, line = 1) {
  return { pass, line: Math.max(1, line), column: null, message };
}

/**
 * Reads a compile or link log of one pass.
 *
 * ANGLE names a line but no column. A line of the log that names no place (a driver's
 * link error, say) lands on line 1 of the pass: it is never dropped.
 *
 * @param {string} log
 * @param {string} pass
 * @param {{common: number, pass: number}} lines how many lines each source has
 * @returns {ShaderError[]}
 */
export function parseLog(log, pass, lines) {
  const entries = log.replace(/\0/g, "").split(/\r?\n/).filter((entry) => !NOISE.test(entry));
  const located = entries.filter((entry) => LOCATED.test(entry));
  if (!located.length) return entries.map((entry) => shaderError(pass, plain(entry)));
  return located.flatMap((entry) => locate(entry, pass, lines));
}

/** @param {string} entry */
function locate(entry, pass, lines) {
  const [, severity, string, line, message] = entry.match(LOCATED);
  if (severity.toUpperCase() === "WARNING") return [];
  if (Number(string) === COMMON_STRING) return [within("common", message, Number(line), lines.common)];
  if (Number(string) === PASS_STRING) return [within(pass, message, Number(line), lines.pass)];
  return [shaderError(pass, plain(message))];
}

/** A fault at the end of the source may be counted one line past it. */
function within(pass, message, line, last) {
  return shaderError(pass, plain(message), Math.min(line, last));
}

/** ANGLE writes `'' : text` where it has no token to name. */
function plain(message) {
  return message.replace(/^(ERROR|error):\s*/, "").replace(/^''\s*:\s*/, "").trim();
}

/**
 * Every pass compiles Common again, so its errors come once a pass: keep the first of each.
 *
 * @param {ShaderError[]} errors
 */
export function unique(errors) {
  const seen = new Map();
  for (const error of errors) {
    const key = `${error.pass}:${error.line}:${error.message}`;
    if (!seen.has(key)) seen.set(key, error);
  }
  return [...seen.values()];
}
