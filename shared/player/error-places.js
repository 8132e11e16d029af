/** Finds where in the user's code an error is: its line, its column, and the text of that line. */

/** Characters of a line that are quoted; of a longer one those around the column. */
const QUOTED = 200;
/** What the linker says; it names functions. */
export const LINKER = /^(?:Function (\w+)\(\) called by \w+\(\) is undefined|Recursive function call in the following call chain: (\w+))/;
/** What the wrapper writes for characters that no compiler takes. */
const REPLACED = /^'@' : invalid character/;
const FOREIGN = /[^\t\n -~\v\f]|@/u;

/**
 * @typedef {{text: import("./text.js").Text, common: number, pass: string}} Joined
 *   Common and a pass as they are compiled, how many lines of that are Common's, and the pass's id
 */

/**
 * @param {import("./errors.js").ShaderError} error
 * @param {Joined} joined
 * @returns {import("./errors.js").ShaderError} the error with its line, its column where that is known, and its source line
 */
export function place(error, joined) {
  const found = placeLinkError(error, joined) ?? placeToken(error, joined);
  const number = lineOf(found, joined);
  const named = nameCharacter(found, joined.text, number);
  return { ...named, source: quote(joined.text.line(number), named.column) };
}

/** The error's line in the joined text. */
function lineOf(error, { common }) {
  return error.pass === "common" ? error.line : error.line + common;
}

/** The linker names functions but no lines: where the name is first followed by a parenthesis, it is declared or called. */
function placeLinkError(error, { text, common, pass }) {
  const name = error.message.match(LINKER)?.slice(1).find(Boolean);
  if (!name) return null;
  // The first one, also where a pass that has the same Common calls it: then it is one mistake for all passes.
  const found = findToken(text.code, name, "\\s*\\(").map((at) => text.place(at))[0];
  if (!found) return null;
  const where = found.line > common ? { pass, line: found.line - common } : { pass: "common", line: found.line };
  return { ...error, ...where, column: found.column };
}

/** The compiler quotes a token but tells no column: it is known where the line has that token once. */
function placeToken(error, joined) {
  const token = error.message.match(/^'([^']+)' : /)?.[1];
  if (!token) return error;
  const { text } = joined;
  const [start, end] = text.span(lineOf(error, joined));
  const places = findToken(text.code.slice(start, end), token);
  return places.length === 1 ? { ...error, column: text.place(start + places[0]).column } : error;
}

/** The offsets of a word or a sign. following: a pattern for what comes behind it. */
function findToken(code, token, following = "") {
  const edge = /^\w+$/.test(token) ? "\\b" : "";
  const escaped = token.replace(/[^\w]/g, "\\$&");
  return Array.from(code.matchAll(new RegExp(`${edge}${escaped}${edge}${following}`, "g")), ({ index }) => index);
}

/** Says which character of a line's code it was that the wrapper replaced. */
function nameCharacter(error, text, line) {
  if (!REPLACED.test(error.message)) return error;
  const [start, end] = text.span(line);
  const foreign = text.code.slice(start, end).match(FOREIGN);
  if (!foreign) return error;
  const { column } = text.place(start + foreign.index);
  return { ...error, column, message: error.message.replace("@", () => visible(foreign[0])) };
}

/** A character that would not be seen in a message, or end its line, by its number. */
function visible(character) {
  const number = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return /[\p{C}\p{Z}]/u.test(character) ? `U+${number}` : character;
}

/** One line of plain text: control characters and other line ends become blanks. */
function quote(line, column) {
  const text = line.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, " ");
  if (text.length <= QUOTED) return text;
  const start = Math.max(0, Math.min((column ?? 1) - QUOTED / 2, text.length - QUOTED));
  const end = start + QUOTED;
  return `${start > 0 ? "…" : ""}${text.slice(start, end).toWellFormed()}${end < text.length ? "…" : ""}`;
}
