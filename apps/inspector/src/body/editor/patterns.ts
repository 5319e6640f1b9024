import type { Extension } from '@codemirror/state';
import { Decoration, type DecorationSet, MatchDecorator, ViewPlugin } from '@codemirror/view';

/** Languages without a parser here: a pattern finds what stands out, line by line. It does not judge. */

const GRAPHQL =
  /(?<quiet>#.*)|(?<text>"""(?:(?!""").)*(?:""")?|"(?:\\.|[^"\\])*"?)|(?<name>\w+(?=\s*:))|(?<number>\$\w+|-?\b\d[\w.+-]*|\b(?:true|false|null)\b)|(?<word>@\w+|\b(?:query|mutation|subscription|fragment|on|type|input|enum|interface|union|scalar|schema|directive|extend)\b)/g;

const MARKDOWN =
  /(?<name>^ {0,3}#{1,6} .*|!?\[[^\]]{0,200}\]\([^)]{0,500}\)|https?:[^\s)>\]]+)|(?<text>^ {0,3}(?:```|~~~).*|`[^`]+`)|(?<word>^\s*(?:[-*+]|\d+[.)]) )|(?<number>\*\*[^*]{1,500}\*\*|__[^_]{1,500}__)|(?<quiet>^ {0,3}>.*|<!--.*?-->)/g;

export const graphql: Extension = highlighted(GRAPHQL);
export const markdown: Extension = highlighted(MARKDOWN);

/** Each named group of `pattern` is a class of the theme. */
function highlighted(pattern: RegExp): Extension {
  const marks = new Map<string, Decoration>();
  const markOf = (groups: Readonly<Record<string, string | undefined>>): Decoration => {
    const name = Object.keys(groups).find((each) => groups[each] !== undefined) ?? '';
    const mark = marks.get(name) ?? Decoration.mark({ class: `cm-${name}` });
    marks.set(name, mark);
    return mark;
  };
  const matcher = new MatchDecorator({
    regexp: pattern,
    decoration: ({ groups = {} }) => markOf(groups),
  });
  return ViewPlugin.define<{
    shown: DecorationSet;
    update(update: Parameters<typeof matcher.updateDeco>[0]): void;
  }>(
    (view) => ({
      shown: matcher.createDeco(view),
      update(update) {
        this.shown = matcher.updateDeco(update, this.shown);
      },
    }),
    { decorations: ({ shown }) => shown },
  );
}
