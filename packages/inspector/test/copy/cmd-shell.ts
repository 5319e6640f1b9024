/** How Windows makes words of a line typed at the prompt: cmd.exe first, then the C runtime. */

/** The line with variables put in; names that are not set stay as they are at the prompt. */
function expandPercents(line: string, variables: ReadonlyMap<string, string>): string {
  let expanded = '';
  for (let at = 0; at < line.length; ) {
    const end = line[at] === '%' ? line.indexOf('%', at + 1) : -1;
    const name = end === -1 ? '' : (line.slice(at + 1, end).split(':', 1)[0] ?? '');
    const value = variables.get(name.toLowerCase());
    if (value === undefined) expanded += line[at++];
    else {
      expanded += value;
      at = end + 1;
    }
  }
  return expanded;
}

/** Carets outside quotes taken away; throws where the line would be cut into several commands. */
function unescapeCarets(line: string): string {
  let plain = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '^' && !isQuoted) {
      at++;
      if (line[at] === '\n') at++;
      plain += line[at] ?? '';
    } else if (character === '"') {
      isQuoted = !isQuoted;
      plain += character;
    } else if (character === '\n' || (!isQuoted && '&|<>()'.includes(character))) {
      throw new Error(`cmd.exe would obey ${JSON.stringify(character)}`);
    } else plain += character;
  }
  if (isQuoted) throw new Error('a quote is left open');
  return plain;
}

/** CommandLineToArgvW's rules, but for doubled quotes, which nobody should write. */
function runtimeWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    let backslashes = 0;
    while (line[at] === '\\') {
      backslashes++;
      at++;
    }
    if (line[at] === '"') {
      word = (word ?? '') + '\\'.repeat(backslashes >> 1);
      if (backslashes % 2 === 1) word += '"';
      else if (isQuoted && line[at + 1] === '"') throw new Error('a doubled quote');
      else isQuoted = !isQuoted;
      continue;
    }
    if (backslashes > 0) word = (word ?? '') + '\\'.repeat(backslashes);
    const character = line[at];
    if (character === undefined) break;
    if (!isQuoted && character === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

export function cmdWords(text: string, variables: ReadonlyMap<string, string>): string[] {
  const line = text
    .split('\n')
    .map((part) => expandPercents(part, variables))
    .join('\n');
  return runtimeWords(unescapeCarets(line));
}
