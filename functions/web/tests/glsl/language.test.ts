import { ensureSyntaxTree, type Language } from '@codemirror/language';
import { EditorState, Text } from '@codemirror/state';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { describe, expect, it } from 'vitest';
import { toDiagnostic } from '../../src/glsl/diagnostics';
import { glsl } from '../../src/glsl/language';

const styles = tagHighlighter([
  { tag: tags.comment, class: 'comment' },
  { tag: tags.keyword, class: 'keyword' },
  { tag: tags.typeName, class: 'type' },
  { tag: tags.number, class: 'number' },
  { tag: tags.meta, class: 'meta' },
  { tag: tags.special(tags.variableName), class: 'uniform' },
  { tag: tags.standard(tags.variableName), class: 'builtin' },
  { tag: tags.function(tags.variableName), class: 'function' },
]);

function colours(code: string): string[] {
  const language: Language = glsl().language;
  const state = EditorState.create({ doc: code, extensions: [glsl()] });
  const tree = ensureSyntaxTree(state, code.length, 5000) ?? language.parser.parse(code);
  const found: string[] = [];
  highlightTree(tree, styles, (from, to, name) => found.push(`${name} ${code.slice(from, to)}`));
  return found;
}

describe('colours', () => {
  it.each([
    ['vec3 col', ['type vec3']],
    ['float map(vec3 p)', ['type float', 'function map', 'type vec3']],
    ['sin(iTime)', ['builtin sin', 'uniform iTime']],
    [
      '1.0 .5 2. 1e-3 0xFFu 3u 4',
      ['number 1.0', 'number .5', 'number 2.', 'number 1e-3', 'number 0xFFu', 'number 3u', 'number 4'],
    ],
    ['#define PI 3.14', ['meta #define', 'number 3.14']],
    ['for(;;) return;', ['keyword for', 'keyword return']],
    ['a / b // c', ['comment // c']],
    ['/* a\nb */ int', ['comment /* a', 'comment b */', 'type int']],
    ['vec3x integer', []],
    ['gl_FragCoord.xy', ['uniform gl_FragCoord']],
  ])('%s', (code, expected) => {
    expect(colours(code)).toEqual(expected);
  });
});

describe('toDiagnostic', () => {
  const doc = Text.of(['void main()', '    x = 1;', '']);
  const at = (line: number, column: number | null) =>
    toDiagnostic(doc, { pass: 'image', line, column, message: 'm' });

  it('covers the line after its indentation', () => {
    expect(at(2, null)).toMatchObject({ from: 16, to: 22, severity: 'error', message: 'm' });
  });

  it('begins at a column', () => {
    expect(at(2, 7)).toMatchObject({ from: 18, to: 22 });
    expect(at(2, 99)).toMatchObject({ from: 22, to: 22 });
  });

  it('stays inside the document', () => {
    expect(at(99, null)).toMatchObject({ from: doc.length, to: doc.length });
    expect(at(0, null)).toMatchObject({ from: 0 });
  });
});
