/** GLSL ES 3.00 for CodeMirror: colours, brackets, indentation, comments. */

import { LanguageSupport, StreamLanguage, type StringStream } from '@codemirror/language';
import { FUNCTIONS, KEYWORDS, TYPES, UNIFORMS } from './vocabulary';

interface State {
  inComment: boolean;
  depth: number;
}

/** Word -> the name of its highlighting tag. */
export const HIGHLIGHTS: ReadonlyMap<string, string> = new Map<string, string>([
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
  const kind = HIGHLIGHTS.get(text);
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

export const glslLanguage = StreamLanguage.define<State>({
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

export const glsl = (): LanguageSupport => new LanguageSupport(glslLanguage);
