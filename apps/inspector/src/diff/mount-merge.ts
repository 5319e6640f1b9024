import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightSpecialChars, lineNumbers } from '@codemirror/view';
import { theme } from '../body/editor/theme.ts';

interface MergeOptions {
  readonly label: string;
  readonly one: string;
  readonly other: string;
  /** Changed lines below one another. */
  readonly isNarrow: boolean;
}

/** A diff may take so many milliseconds; then it is coarser. */
const DIFF_MS = 500;
/** Lines around a change that are shown; more are folded. */
const MARGIN = 3;

/**
 * Shows a comparison inside of `host`, in a shadow tree: there, style sheets need no element, which the
 * page's policy would refuse. Returns what ends it.
 */
export function mountMerge(host: HTMLElement, options: MergeOptions): () => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = options.isNarrow ? unified(root, options) : split(root, options);
  return () => view.destroy();
}

const CONFIG = {
  diffConfig: { scanLimit: 5_000, timeout: DIFF_MS },
  collapseUnchanged: { margin: MARGIN },
  gutter: true,
};

function split(root: ShadowRoot, { label, one, other }: MergeOptions): MergeView {
  return new MergeView({
    ...CONFIG,
    parent: root,
    root,
    a: { doc: one, extensions: reading(`${label} of the first`) },
    b: { doc: other, extensions: reading(`${label} of the second`) },
  });
}

function unified(root: ShadowRoot, { label, one, other }: MergeOptions): EditorView {
  const merge = unifiedMergeView({ ...CONFIG, original: one, mergeControls: false });
  return new EditorView({ parent: root, root, doc: other, extensions: [reading(label), merge] });
}

function reading(label: string): Extension {
  return [
    lineNumbers(),
    highlightSpecialChars(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    theme,
    changes,
    seen,
  ];
}

/** Browsers do not scroll to text that the Tab key has led to before it has a cursor. */
const seen = EditorView.domEventHandlers({
  keyup: ({ key }, view) => {
    if (key === 'Tab') view.dom.scrollIntoView({ block: 'nearest' });
  },
});

/** A sign and a colour for what was added and what was taken away. */
const changes = EditorView.theme({
  '&': { height: 'auto' },
  '.cm-collapsedLines': {
    background: 'var(--surface)',
    color: 'var(--text)',
    padding: '0.25rem 0.75rem',
  },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--bad-ground)' },
  '&.cm-merge-b .cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--good-ground)' },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'none',
    borderBottom: '2px solid var(--bad)',
  },
  '&.cm-merge-b .cm-changedText': { background: 'none', borderBottom: '2px solid var(--good)' },
  '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': { background: 'var(--bad)' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--good)' },
});
