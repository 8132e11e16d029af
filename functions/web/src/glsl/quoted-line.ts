/** The line of a compile error, cut where its column is. */

/** What stands in front of the column, the word or sign at it, and the rest; without a column all is in front. */
export interface QuotedLine {
  before: string;
  at: string;
  after: string;
}

const ELLIPSIS = '…';
/** Where the column is in a line that was shortened at both ends: see `quote` in shared/player/error-places.js. */
const MIDDLE = 100;
const SHORTENED_LENGTH = 202;

/** @param column from 1, as an error has it */
export function splitAtColumn(source: string, column: number | null): QuotedLine {
  const index = indexOf(source, column);
  const at = index === null ? '' : (/^(?:[\w.]+|[^\s])/u.exec(source.slice(index))?.[0] ?? '');
  if (index === null || at === '') return { before: source.trim(), at: '', after: '' };
  return {
    before: source.slice(0, index).trimStart(),
    at,
    after: source.slice(index + at.length).trimEnd(),
  };
}

/** Null where it is not known: a line that lost only its start does not say how much of it. */
function indexOf(source: string, column: number | null): number | null {
  if (column === null) return null;
  if (!source.startsWith(ELLIPSIS)) return column - 1;
  return source.length === SHORTENED_LENGTH && source.endsWith(ELLIPSIS) ? MIDDLE : null;
}
