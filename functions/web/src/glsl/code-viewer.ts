/** A read-only CodeMirror for GLSL. */

import { EditorState } from '@codemirror/state';
import { EditorView, highlightSpecialChars, lineNumbers } from '@codemirror/view';
import { glsl } from './language';
import { theme } from './theme';

export function createCodeViewer(parent: HTMLElement, doc: string, label: string): EditorView {
  const extensions = [
    lineNumbers(),
    highlightSpecialChars(),
    glsl(),
    theme,
    EditorState.readOnly.of(true),
    // Not editable, so that a phone shows no keyboard; focusable, so that keys can scroll and select.
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
}
