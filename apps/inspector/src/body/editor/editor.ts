import {
  cursorDocEnd,
  cursorDocStart,
  cursorPageDown,
  cursorPageUp,
  history,
  historyKeymap,
  selectAll,
} from '@codemirror/commands';
import {
  codeFolding,
  ensureSyntaxTree,
  foldEffect,
  foldGutter,
  foldKeymap,
  syntaxHighlighting,
  unfoldAll,
} from '@codemirror/language';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { type Language, loadLanguage } from './languages.ts';
import { type Marks, marks, setMarks } from './marks.ts';
import { highlighting, theme } from './theme.ts';

export interface EditorOptions {
  /** Gets a shadow tree: there, style sheets need no element, which the page's policy would refuse. */
  readonly host: HTMLElement;
  /** For screen readers. */
  readonly label: string;
  readonly text: string;
  readonly wraps: boolean;
  /** Without it the text can be read alone. */
  readonly onChange?: ((text: string) => void) | undefined;
}

/** Parts that are folded at one go, and milliseconds that looking for them may take. */
const FOLDS_MAX = 2_000;
const PARSE_MS = 100;
/** Texts on their way to the owner and back; a page that is slower than this many keys starts over. */
const TOLD_MAX = 20;

/** A CodeMirror editor or viewer. Owner: whoever made it, by `close`. */
export class Editor {
  readonly view: EditorView;
  readonly #language = new Compartment();
  readonly #wrapping = new Compartment();
  #languageName: Language = 'text';
  /** What was told of by `onChange` and has not come back by `setText` yet, the newest last. */
  readonly #told: string[] = [];

  constructor({ host, label, text, wraps, onChange }: EditorOptions) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const extensions = [
      onChange === undefined ? reading : writing((changed) => this.#tell(changed, onChange)),
      EditorView.contentAttributes.of({ 'aria-label': label }),
      this.#language.of([]),
      this.#wrapping.of(wrapping(wraps)),
    ];
    const state = EditorState.create({ doc: text, extensions });
    this.view = new EditorView({ state, root, parent: root });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** What is the same at the beginning stays: folds, selection, and where one has scrolled to. */
  setText(text: string): void {
    const at = this.#told.lastIndexOf(text);
    this.#told.splice(0, at + 1);
    if (at >= 0) return;
    const before = this.text;
    if (text === before) return;
    const from = text.startsWith(before) ? before.length : 0;
    const changes = { from, to: before.length, insert: text.slice(from) };
    this.view.dispatch({ changes });
  }

  async setLanguage(language: Language): Promise<void> {
    if (language === this.#languageName) return;
    this.#languageName = language;
    const loaded = await loadLanguage(language);
    if (language !== this.#languageName) return;
    this.view.dispatch({ effects: this.#language.reconfigure(loaded) });
  }

  setWrapping(wraps: boolean): void {
    this.view.dispatch({ effects: this.#wrapping.reconfigure(wrapping(wraps)) });
  }

  setMarks(shown: Marks): void {
    this.view.dispatch({ effects: setMarks.of(shown) });
  }

  /** Shows the place, and puts the cursor there. */
  goTo(offset: number): void {
    const anchor = Math.min(offset, this.view.state.doc.length);
    this.view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    this.view.focus();
  }

  find(): void {
    openSearchPanel(this.view);
  }

  /** Folds what is directly inside of the outermost: of JSON the members of the object or array. */
  foldInside(): void {
    const { state } = this.view;
    const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS);
    const outermost = tree?.topNode.firstChild;
    const effects = [];
    for (
      let node = outermost?.firstChild;
      node && effects.length < FOLDS_MAX;
      node = node.nextSibling
    ) {
      const value = node.name === 'Property' ? node.lastChild : node;
      if (value === null || !/^(?:Object|Array)$/.test(value.name)) continue;
      const isOneLine = state.doc.lineAt(value.from).to >= value.to;
      if (!isOneLine) effects.push(foldEffect.of({ from: value.from + 1, to: value.to - 1 }));
    }
    this.view.dispatch({ effects });
  }

  unfold(): void {
    unfoldAll(this.view);
  }

  close(): void {
    this.view.destroy();
  }

  #tell(changed: string, onChange: (text: string) => void): void {
    this.#told.push(changed);
    if (this.#told.length > TOLD_MAX) this.#told.shift();
    onChange(changed);
  }
}

/** What a browser cannot do where only the lines in view are drawn; other moves are its own. */
const MOVES: readonly KeyBinding[] = [
  { key: 'Mod-a', run: selectAll },
  { key: 'Mod-Home', run: cursorDocStart },
  { key: 'Mod-End', run: cursorDocEnd },
  { key: 'PageUp', run: cursorPageUp },
  { key: 'PageDown', run: cursorPageDown },
];

const forBoth: Extension = [
  lineNumbers(),
  codeFolding(),
  foldGutter({ openText: '▾', closedText: '▸' }),
  search({ top: true }),
  syntaxHighlighting(highlighting),
  keymap.of([...searchKeymap, ...foldKeymap, ...historyKeymap, ...MOVES]),
  marks,
  theme,
];

/** It keeps a cursor, so that a keyboard reaches all of it. */
const reading: Extension = [forBoth, EditorState.readOnly.of(true)];

function writing(onChange: (text: string) => void): Extension {
  return [
    forBoth,
    history(),
    highlightSpecialChars(),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

function wrapping(wraps: boolean): Extension {
  return wraps ? EditorView.lineWrapping : [];
}
