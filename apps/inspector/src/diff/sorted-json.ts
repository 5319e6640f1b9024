import { JsonReader, prettyJson } from '@sellia/inspector/bodies';

/** A value: the text of one that holds no others, or its members, an array's without names. */
type Value = string | { readonly open: '{' | '['; readonly members: Member[] };

interface Member {
  /** As it is written, quotes included; empty in an array. */
  readonly name: string;
  readonly value: Value;
}

/**
 * JSON with a line for each value, on demand with sorted keys; undefined for what is none. Numbers, texts
 * and names that come twice stay as they were sent.
 */
export function sortedJson(text: string | undefined, isSorted: boolean): string | undefined {
  if (text === undefined || !/^\s*[[{]/.test(text)) return undefined;
  const pretty = prettyJson(text);
  if (pretty.error !== undefined || pretty.isCut) return undefined;
  if (!isSorted) return pretty.text;
  const reader = new JsonReader(text);
  reader.next();
  return prettyJson(written(valueAt(reader, text))).text;
}

/** The value that the last token begins. The text is JSON, and nested no deeper than its reader goes. */
function valueAt(reader: JsonReader, text: string): Value {
  const open = text[reader.start];
  if (open !== '{' && open !== '[') return text.slice(reader.start, reader.end);
  const members: Member[] = [];
  for (let token = reader.next(); token !== '}' && token !== ']'; token = reader.next()) {
    if (token === ',') continue;
    const name = token === 'key' ? text.slice(reader.start, reader.end) : '';
    if (token === 'key') {
      reader.next();
      reader.next();
    }
    members.push({ name, value: valueAt(reader, text) });
  }
  if (open === '{') members.sort((one, other) => compare(one.name, other.name));
  return { open, members };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function written(value: Value): string {
  if (typeof value === 'string') return value;
  const { open, members } = value;
  const list = members.map((member) => {
    return `${member.name}${open === '{' ? ':' : ''}${written(member.value)}`;
  });
  return `${open}${list.join()}${open === '{' ? '}' : ']'}`;
}
