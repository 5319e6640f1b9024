import {
  type EditorState,
  type Extension,
  type Range,
  StateEffect,
  StateField,
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { TextMark } from '@sellia/inspector/bodies';

/** What is shown at places of the text: what is written out, and where it is wrong. */
export interface Marks {
  readonly hidden: readonly TextMark[];
  /** Offset of the fault. */
  readonly fault: number | undefined;
}

/** Replaces all marks. */
export const setMarks = StateEffect.define<Marks>();

const KINDS: Readonly<Record<TextMark['kind'], string>> = {
  control: 'control character',
  direction: 'turns the direction of text',
  invisible: 'invisible character',
  surrogate: 'half of a character',
};

const faultLine = Decoration.line({ class: 'cm-faultLine' });
const fault = Decoration.mark({ class: 'cm-fault' });

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) => {
    let set = before.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) set = decorations(transaction.state, effect.value);
    }
    return set;
  },
  provide: (own) => EditorView.decorations.from(own),
});

export const marks: Extension = field;

function decorations(state: EditorState, { hidden, fault: at }: Marks): DecorationSet {
  const { length } = state.doc;
  const ranges: Range<Decoration>[] = hidden
    .filter(({ end }) => end <= length)
    .map(({ start, end, codePoint, kind }) => {
      const code = codePoint.toString(16).toUpperCase().padStart(4, '0');
      const attributes = { title: `U+${code}: ${KINDS[kind]}` };
      return Decoration.mark({ class: 'cm-hidden', attributes }).range(start, end);
    });
  if (at !== undefined) ranges.push(...faultAt(state, Math.min(at, length)));
  return Decoration.set(ranges, true);
}

function faultAt({ doc }: EditorState, at: number): Range<Decoration>[] {
  const { from, to } = doc.lineAt(at);
  const line = faultLine.range(from);
  return at < to ? [line, fault.range(at, at + 1)] : [line];
}
