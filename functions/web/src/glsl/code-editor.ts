/** A CodeMirror to edit GLSL in: one view, one document a pass, each with its own undo history. */

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { CompileError } from '../api/schema';
import { completions } from './completions';
import { toDiagnostic } from './diagnostics';
import { glsl } from './language';
import { theme } from './theme';

export interface CodeEditorOptions {
  onChange: (key: string, code: string) => void;
  onCompile: () => void;
  onSave: () => void;
}

export interface CodeEditor {
  /** Shows the document of a key, made from `code` when it is new or was changed elsewhere. */
  show(key: string, label: string, code: string): void;
  showErrors(errors: CompileError[]): void;
  /** Both from 1; without a column, to the start of the line. */
  goTo(line: number, column: number | null): void;
  focus(): void;
  destroy(): void;
}

const run = (action: () => void) => () => {
  action();
  return true;
};

function extensions(options: CodeEditorOptions): Extension {
  return [
    keymap.of([
      { key: 'Mod-Enter', run: run(options.onCompile), preventDefault: true },
      { key: 'Mod-s', run: run(options.onSave), preventDefault: true },
    ]),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of('    '),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    highlightActiveLine(),
    highlightSelectionMatches(),
    lintGutter(),
    glsl(),
    completions,
    theme,
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ];
}

export function createCodeEditor(parent: HTMLElement, options: CodeEditorOptions): CodeEditor {
  const states = new Map<string, EditorState>();
  let current = '';
  const changed = EditorView.updateListener.of((update) => {
    if (update.docChanged) options.onChange(current, update.state.doc.toString());
  });
  const view = new EditorView({ parent });

  const create = (doc: string, label: string): EditorState =>
    EditorState.create({
      doc,
      extensions: [extensions(options), changed, EditorView.contentAttributes.of({ 'aria-label': label })],
    });

  return {
    show(key, label, code) {
      if (current) states.set(current, view.state);
      const known = key === current ? view.state : states.get(key);
      if (key === current && known?.doc.toString() === code) return;
      current = key;
      view.setState(known?.doc.toString() === code ? known : create(code, label));
    },
    showErrors(errors) {
      const found: Diagnostic[] = errors.map((error) => toDiagnostic(view.state.doc, error));
      view.dispatch(setDiagnostics(view.state, found));
    },
    goTo(line, column) {
      const { from, to } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const anchor = Math.min(from + Math.max(0, (column ?? 1) - 1), to);
      view.dispatch({
        selection: { anchor },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
      });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
