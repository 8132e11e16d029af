/** Autocompletion of GLSL; a module of its own, because the read-only view needs the language without it. */

import { type CompletionSource, completeFromList } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { glslLanguage, HIGHLIGHTS } from './language';
import { FUNCTIONS, KEYWORDS, TYPES, UNIFORMS } from './vocabulary';

const known = completeFromList([
  ...Object.entries(UNIFORMS).map(([label, detail]) => ({ label, detail, type: 'constant', boost: 1 })),
  ...FUNCTIONS.map((label) => ({ label, type: 'function' })),
  ...TYPES.map((label) => ({ label, type: 'type' })),
  ...KEYWORDS.map((label) => ({ label, type: 'keyword' })),
]);

/** The document's own names: functions, variables, defines. */
const own: CompletionSource = (context) => {
  const before = context.matchBefore(/[A-Za-z_]\w+/);
  if (!before) return null;
  const text = context.state.doc.toString();
  const names = new Set(text.slice(0, before.from).match(/\b[A-Za-z_]\w{2,}/g));
  for (const name of text.slice(context.pos).match(/\b[A-Za-z_]\w{2,}/g) ?? []) names.add(name);
  const labels = [...names].filter((name) => !HIGHLIGHTS.has(name));
  return {
    from: before.from,
    options: labels.map((label) => ({ label, type: 'variable' })),
    validFor: /^\w*$/,
  };
};

/** Not inside comments, where every word would ask for attention. */
const outsideComments =
  (source: CompletionSource): CompletionSource =>
  (context) =>
    /\/\//.test(context.state.doc.lineAt(context.pos).text.slice(0, context.pos)) ? null : source(context);

export const completions: Extension = [known, own].map((source) =>
  glslLanguage.data.of({ autocomplete: outsideComments(source) }),
);
