/**
 * Errors of the player, and compiler logs read into errors on the user's own lines.
 *
 * @typedef {{pass: string, line: number, column: number | null, message: string, source: string | null}} ShaderError
 *   `pass` is common, A, B, C, D or image; `line` counts from 1 in that pass's own code; `column` from 1 in that line,
 *   where it is known; `source` is the line itself, null for what is no fault of the code.
 */

/** The source string number that the wrapper gives Common and the pass with `#line`; 0 is the wrapper itself. */
export const USER_STRING = 1;

/** Where an entry of a log begins. What is between two of these, line ends too, is one message. */
const ENTRY = /^(ERROR|WARNING):[ \t]*(?:(\d+):(\d+):)?/gim;
const NOISE = /^(\s*|.*\bcompilation errors?\b.*|.*no code generated.*)$/i;

/** Faults after which a compiler goes on with a guess, */
const CAUSES =
  /undeclared identifier|no matching overloaded function|invalid character|arguments for macro|unterminated macro|field selection|no such field/;
/** and what it says of its guess in the same line. */
const FOLLOW_UPS =
  /cannot convert from|dimension mismatch|wrong operand type|field selection requires|not enough data|does not have any arguments|l-value required|no matching overloaded function|boolean expression|syntax error/;
/** Two ways to tell of the same fault, the better one second. */
const MISMATCH = /: dimension mismatch$/;
const CONVERSION = /: cannot convert from/;
const NO_END = /unterminated macro invocation|end of file/;
const AT_THE_END = /^syntax error$/;

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
  return { pass, line: Math.max(1, line), column: null, message, source: null };
}

/**
 * Reads a compile or link log of one pass.
 *
 * ANGLE names a line but no column. An entry of the log that names no place (a driver's
 * link error, say) lands on line 1 of the pass: it is never dropped.
 *
 * @param {string} log
 * @param {string} pass
 * @param {{common: number, pass: number}} lines how many lines each source has; Common's come first in the log's count
 * @returns {ShaderError[]}
 */
export function parseLog(log, pass, lines) {
  const text = log.replace(/\0/g, "");
  const entries = splitEntries(text).filter(isTelling);
  if (!entries.length) return splitLines(text).map((entry) => shaderError(pass, plain(entry)));
  const errors = entries.filter(({ severity }) => severity.toUpperCase() === "ERROR");
  return dropFollowUps(errors.map((entry) => locate(entry, pass, lines)));
}

function splitEntries(log) {
  const heads = [...log.matchAll(ENTRY)];
  return heads.map(({ 0: head, 1: severity, 2: string, 3: line, index }, at) => ({
    severity, string, line: Number(line), message: log.slice(index + head.length, heads[at + 1]?.index).trim(),
  }));
}

/** The log of a driver that does not mark its entries. */
function splitLines(log) {
  return log.split(/\r?\n/).filter((entry) => !NOISE.test(entry));
}

/** A driver may say how many errors there were as if that were one more. */
function isTelling({ string, message }) {
  return string !== undefined || !NOISE.test(message);
}

/** A fault at the end of the source may be counted one line past it. */
function locate({ string, line, message }, pass, lines) {
  if (Number(string) !== USER_STRING) return shaderError(pass, plain(message));
  if (line <= lines.common) return shaderError("common", plain(message), line);
  return shaderError(pass, plain(message), Math.min(line - lines.common, lines.pass));
}

/** ANGLE writes `'' : text` where it has no token to name, and names the end of a line by itself. */
function plain(message) {
  const text = message.replace(/^error:\s*/i, "").replace(/^''\s*:\s*/, "").replace(/^'\r?\n'/, "'\\n'").trim();
  return text || "The compiler refuses this line, and gives no reason.";
}

/**
 * Leaves out what follows from an earlier fault of the same line alone, and what was said before.
 *
 * @param {ShaderError[]} errors of one pass, in the compiler's order
 */
function dropFollowUps(errors) {
  const guessed = new Set();
  let open = false;
  return unique(errors).filter((error, at, told) => {
    const line = lineKey(error);
    const follows = (guessed.has(line) && FOLLOW_UPS.test(error.message)) || (open && AT_THE_END.test(error.message));
    if (CAUSES.test(error.message)) guessed.add(line);
    open ||= NO_END.test(error.message);
    return !follows && !isToldNext(error, told[at + 1]);
  });
}

/** A compiler may tell of one assignment twice. */
function isToldNext(error, next) {
  return MISMATCH.test(error.message) && CONVERSION.test(next?.message ?? "") && lineKey(next) === lineKey(error);
}

const lineKey = ({ pass, line }) => `${pass}:${line}`;

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
