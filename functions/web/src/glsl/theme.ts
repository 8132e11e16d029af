/** Colours of the code, for CodeMirror. */

import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const editorTheme = EditorView.theme(
  {
    '&': { height: '100%', backgroundColor: 'var(--ink-1)', color: 'var(--text)', fontSize: '0.875rem' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overscrollBehaviorX: 'contain' },
    '.cm-content': { padding: '0.75rem 0', caretColor: 'var(--accent)' },
    '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
    '.cm-gutters': { backgroundColor: 'var(--ink-1)', color: 'var(--text-faint)', border: 'none' },
    '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.6rem', paddingRight: '0.75rem' },
    '.cm-activeLine': { backgroundColor: 'rgb(255 255 255 / 3%)' },
    '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'color-mix(in srgb, var(--accent) 24%, transparent)',
    },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      backgroundColor: 'rgb(255 255 255 / 12%)',
      outline: 'none',
    },
    '.cm-tooltip': {
      border: '1px solid var(--line)',
      borderRadius: 'var(--radius-small)',
      backgroundColor: 'var(--ink-2)',
      color: 'var(--text)',
      overflow: 'hidden',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      backgroundColor: 'var(--ink-3)',
      color: 'var(--accent)',
    },
    '.cm-completionDetail': { color: 'var(--text-faint)', fontStyle: 'normal' },
    '.cm-diagnostic': { padding: '0.4rem 0.7rem', fontFamily: 'var(--font)', fontSize: '0.875rem' },
    '.cm-diagnostic-error': { borderLeft: '3px solid var(--danger)' },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--danger)',
      textUnderlineOffset: '3px',
    },
    '.cm-panels': { backgroundColor: 'var(--ink-2)', color: 'var(--text)' },
    '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
    '.cm-panel.cm-search': { padding: '0.5rem 0.75rem' },
    '.cm-textfield': { backgroundColor: 'var(--ink-1)', border: '1px solid var(--line-strong)' },
    '.cm-button': {
      backgroundImage: 'none',
      backgroundColor: 'var(--ink-3)',
      border: '1px solid var(--line)',
    },
    '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--warn) 30%, transparent)' },
  },
  { dark: true },
);

const colours = HighlightStyle.define([
  { tag: tags.comment, color: '#8b939e', fontStyle: 'italic' },
  { tag: tags.keyword, color: '#ff9e8f' },
  { tag: tags.typeName, color: '#8fc7ff' },
  { tag: tags.number, color: '#ffd08a' },
  { tag: tags.bool, color: '#ffd08a' },
  { tag: tags.standard(tags.variableName), color: '#9fe3d4' },
  { tag: tags.special(tags.variableName), color: '#cdf564' },
  { tag: tags.function(tags.variableName), color: '#e6ecff' },
  { tag: tags.variableName, color: '#dfe3e8' },
  { tag: tags.meta, color: '#d9a8ff' },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: '#a9b0ba' },
]);

export const theme: Extension = [editorTheme, syntaxHighlighting(colours)];
