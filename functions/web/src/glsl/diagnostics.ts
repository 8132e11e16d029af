/** Compile errors as CodeMirror diagnostics. */

import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { CompileError } from '../api/schema';

/** From a line's first sign (or the column, where there is one) to its end; lines past the end go to the last. */
export function toDiagnostic(doc: Text, error: CompileError): Diagnostic {
  const line = doc.line(Math.min(Math.max(1, error.line), doc.lines));
  const indent = line.text.length - line.text.trimStart().length;
  const column = error.column === null ? indent : Math.max(0, error.column - 1);
  const from = Math.min(line.from + column, line.to);
  return { from, to: line.to, severity: 'error', message: error.message };
}
