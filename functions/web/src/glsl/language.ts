/** GLSL ES 3.00 for CodeMirror: colours, brackets, indentation, comments and completions. */

import { type CompletionSource, completeFromList } from '@codemirror/autocomplete';
import { LanguageSupport, StreamLanguage, type StringStream } from '@codemirror/language';
import { FUNCTIONS, KEYWORDS, TYPES, UNIFORMS } from './words';

interface State {
  inComment: boolean;
  depth: number;
}

const KINDS = new Map<string, string>([
  ...TYPES.map((word) => [word, 'typeName'] as const),
  ...KEYWORDS.map((word) => [word, 'keyword'] as const),
  ...FUNCTIONS.map((word) => [word, 'variableName.standard'] as const),
  ...Object.keys(UNIFORMS).map((word) => [word, 'variableName.special'] as const),
  ['true', 'bool'],
  ['false', 'bool'],
]);

const NUMBER = /^(0[xX][\da-fA-F]+[uU]?|(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?[fF]?|\d+[uUfF]?)/;

function blockComment(stream: StringStream, state: State): string {
  state.inComment = !stream.skipTo('*/');
  if (state.inComment) stream.skipToEnd();
  else stream.match('*/');
  return 'comment';
}

function word(stream: StringStream): string {
  stream.match(/^[A-Za-z_]\w*/);
  const text = stream.current();
  const kind = KINDS.get(text);
  if (kind) return kind;
  if (text.startsWith('gl_')) return 'variableName.special';
  return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'variableName';
}

function punctuation(stream: StringStream, state: State): string {
  const sign = stream.next() ?? '';
  if (sign === '{') state.depth++;
  if (sign === '}') state.depth = Math.max(0, state.depth - 1);
  if ('{}()[]'.includes(sign)) return 'bracket';
  return ';,'.includes(sign) ? 'punctuation' : 'operator';
}

function token(stream: StringStream, state: State): string | null {
  if (state.inComment) return blockComment(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('/*')) return blockComment(stream, state);
  if (stream.match(/^#\s*\w*/)) return 'meta';
  if (stream.match(NUMBER)) return 'number';
  if (/[A-Za-z_]/.test(stream.peek() ?? '')) return word(stream);
  return punctuation(stream, state);
}

const glslLanguage = StreamLanguage.define<State>({
  name: 'glsl',
  startState: () => ({ inComment: false, depth: 0 }),
  token,
  indent(state, after, context) {
    const closing = /^\s*\}/.test(after) ? 1 : 0;
    return Math.max(0, state.depth - closing) * context.unit;
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{'] },
    indentOnInput: /^\s*\}$/,
  },
});

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
  const labels = [...names].filter((name) => !KINDS.has(name));
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

export const glsl = (): LanguageSupport =>
  new LanguageSupport(
    glslLanguage,
    [known, own].map((source) => glslLanguage.data.of({ autocomplete: outsideComments(source) })),
  );
