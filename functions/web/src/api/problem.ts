/** Errors of the API: reads problem+json (RFC 9457) and puts it into a sentence. */

import type { FieldError, Problem } from './schema';

/** A request that failed. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: string;
  readonly fields: FieldError[];
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<Problem> = {}, retryAfter: number | null = null) {
    super(problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.detail = typeof problem.detail === 'string' ? problem.detail : '';
    this.fields = readFields(problem.errors);
    this.retryAfter = retryAfter;
  }
}

function readFields(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors
    .filter((entry) => entry && typeof entry.message === 'string')
    .map((entry) => ({ field: String(entry.field ?? ''), message: entry.message }));
}

/** Reads an error response; a body that is not problem+json (a proxy's page) counts as empty. */
export async function readProblem(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const problem = await response.json().catch(() => ({}));
  return new ApiError(
    response.status,
    problem && typeof problem === 'object' ? problem : {},
    Number.isFinite(seconds) ? seconds : null,
  );
}

const SENTENCES: Record<number, string> = {
  0: 'The server cannot be reached. Try again in a moment.',
  401: 'Please sign in and try again.',
  403: 'This account is not allowed to do that.',
  404: 'It is not here. It may have been deleted, or be somebody’s draft.',
  409: 'It was changed in the meantime. Reload the page and try again.',
  412: 'It was saved elsewhere in the meantime.',
  413: 'This is too large. Make the code shorter and try again.',
};

export const OFFLINE = 'You are offline. This goes on once the connection is back.';

/** Whether it failed since this device has no connection. */
const isOffline = (error: unknown): boolean =>
  globalThis.navigator?.onLine === false && !(error instanceof ApiError && error.status > 0);

/** One sentence for people: what the server said, else what to change. */
export function explain(error: unknown): string {
  if (isOffline(error)) return OFFLINE;
  if (!(error instanceof ApiError)) return 'Something went wrong on this page. Reload it and try again.';
  if (error.status === 429) return `Too many tries. Wait ${waitingTime(error.retryAfter)} and try again.`;
  if (error.detail) return error.detail;
  if (error.status >= 500)
    return `The server is having trouble. Try again in ${waitingTime(error.retryAfter)}.`;
  return SENTENCES[error.status] ?? error.message;
}

const waitingTime = (seconds: number | null): string =>
  seconds === null ? 'a moment' : seconds === 1 ? '1 second' : `${seconds} seconds`;

/** Field messages by form field; those that belong to no field of the form are under ''. */
export function fieldErrors(error: unknown, known: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  if (!(error instanceof ApiError)) return found;
  for (const { field, message } of error.fields) {
    const name = known.find((key) => field === key || field.startsWith(`${key}.`)) ?? '';
    const where = name ? field.slice(name.length + 1) : field;
    // A bare number only says which of several tags; the message shows that already.
    const text = /^\d*$/.test(where) ? message : `${where}: ${message}`;
    found[name] = found[name] ? `${found[name]} ${text}` : text;
  }
  return found;
}
