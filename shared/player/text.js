/**
 * Reads GLSL as compilers do before they see words: without comments and without the line ends that a backslash
 * takes away, but with the place of every character. functions/renderer/glsl/text.py does the same, and
 * tests/cases/texts.json holds the two together. Only `\n` ends a line; see normaliseCode in project.js.
 */

const SPLICE = "\\\n";
const COMMENT = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g;

/** Source text as a compiler sees it. `code` has a space for each comment, and continued lines joined. */
export class Text {
  #source;
  /** In the text without continued lines: where these were. */
  #splices = [];
  /** In `code`: the spaces for comments, and by how much what follows each has moved. */
  #comments = [];
  #moves = [];
  /** Offsets in the source. */
  #lines = [0];

  /** @param {string} source */
  constructor(source) {
    this.#source = source;
    let length = 0;
    const parts = source.split(SPLICE);
    for (const part of parts.slice(0, -1)) this.#splices.push((length += part.length));
    let moved = 0;
    this.code = parts.join("").replace(COMMENT, (comment, at) => {
      this.#comments.push(at - moved);
      this.#moves.push((moved += comment.length - 1));
      return " ";
    });
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) this.#lines.push(at + 1);
  }

  /** @param {number} offset in `code` @returns {number} the offset in the source */
  origin(offset) {
    const at = offset + (this.#moves[countUpTo(this.#comments, offset - 1) - 1] ?? 0);
    return at + SPLICE.length * countUpTo(this.#splices, at);
  }

  /**
   * @param {number} offset in `code`
   * @returns {{line: number, column: number}} in the source; both count from 1, columns in UTF-16 units as editors do
   */
  place(offset) {
    const at = this.origin(offset);
    const line = countUpTo(this.#lines, at);
    return { line, column: at - this.#lines[line - 1] + 1 };
  }

  /** @param {number} line of the source, from 1 @returns {[number, number]} the offsets in `code` at which it begins and ends */
  span(line) {
    return [this.#first(this.#lines[line - 1] ?? Infinity), this.#first(this.#lines[line] ?? Infinity)];
  }

  /** @param {number} line of the source, from 1 @returns {string} its text, comments and all; "" where there is no such line */
  line(line) {
    return this.#source.slice(this.#lines[line - 1] ?? Infinity, this.#lines[line]).replace(/\n$/, "");
  }

  get lines() {
    return this.#lines.length;
  }

  /** The first offset in `code` of what stands at this offset of the source, or behind it. */
  #first(origin) {
    let low = 0;
    let high = this.code.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.origin(middle) < origin) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @param {string} source */
export function withoutComments(source) {
  return new Text(source).code;
}

/** How many of these ascending numbers are at most `limit`. */
function countUpTo(numbers, limit) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
