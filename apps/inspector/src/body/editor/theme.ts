import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Looks of the editor, by the page's tokens, which reach into its shadow tree. */
export const theme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--ground)', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', fontSize: 'var(--size-small)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.25rem 0' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface)',
    color: 'var(--dim)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.5rem' },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer', minWidth: '1rem', textAlign: 'center' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--hover)',
    border: '1px solid var(--edge)',
    color: 'var(--text)',
    padding: '0 0.375rem',
    margin: '0 0.125rem',
  },
  '.cm-content ::selection, .cm-line::selection': { backgroundColor: 'var(--selected)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-ground)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { outline: '2px solid var(--accent)' },
  '.cm-specialChar': { color: 'var(--bad)' },
  '.cm-hidden': {
    backgroundColor: 'var(--warn-ground)',
    color: 'var(--warn)',
    borderRadius: '2px',
  },
  '.cm-fault': {
    backgroundColor: 'var(--bad-ground)',
    outline: '1px solid var(--bad)',
    textDecoration: 'underline wavy var(--bad)',
  },
  '.cm-name': { color: 'var(--accent)' },
  '.cm-text': { color: 'var(--good)' },
  '.cm-number, .cm-word': { color: 'var(--note)' },
  '.cm-number': { fontWeight: '600' },
  '.cm-quiet': { color: 'var(--dim)' },
  '.cm-faultLine': { backgroundColor: 'var(--bad-ground)' },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '0.375rem 2.25rem 0.375rem 0.5rem', fontSize: 'var(--size)' },
  '.cm-panel.cm-search label': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '0.25rem',
    minHeight: '1.5rem',
    fontSize: 'var(--size-small)',
  },
  '.cm-panel.cm-search input[type=checkbox]': { accentColor: 'var(--accent)', margin: '0.25rem' },
  '.cm-panel.cm-search [name=close]': {
    minWidth: '1.75rem',
    minHeight: '1.75rem',
    color: 'var(--text)',
    cursor: 'pointer',
  },
  '.cm-textfield': {
    backgroundColor: 'var(--ground)',
    border: '1px solid var(--edge)',
    borderRadius: 'var(--radius)',
    color: 'var(--text)',
    minHeight: '1.75rem',
    fontSize: 'var(--size-small)',
  },
  '.cm-button': {
    backgroundColor: 'var(--raised)',
    backgroundImage: 'none',
    border: '1px solid var(--edge)',
    borderRadius: 'var(--radius)',
    color: 'var(--text)',
    minHeight: '1.75rem',
    fontSize: 'var(--size-small)',
    cursor: 'pointer',
  },
  ':focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
});

const { special, definition } = tags;

/** Few colours: what is a name, what is text, what is a number or a word of the language. */
export const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.attributeName, special(tags.string)], color: 'var(--accent)' },
  { tag: [tags.string, tags.attributeValue, tags.regexp], color: 'var(--good)' },
  {
    tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit, tags.color],
    color: 'var(--note)',
  },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--note)' },
  {
    tag: [tags.tagName, tags.typeName, tags.className, definition(tags.typeName)],
    color: 'var(--bad)',
  },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: 'var(--dim)' },
  { tag: tags.variableName, color: 'inherit' },
  { tag: [tags.link, tags.url], color: 'var(--accent)', textDecoration: 'underline' },
]);
