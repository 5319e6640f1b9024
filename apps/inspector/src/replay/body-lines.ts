/** How the lines of a body end; editors know one way only. */
export interface BodyLines {
  readonly ending: '\n' | '\r\n';
  /** Not all of them end so: an edited body will differ in that, too. */
  readonly isMixed: boolean;
}

export function linesOfBody(text: string): BodyLines {
  const ends: readonly string[] = text.match(/\r\n|\n|\r/g) ?? [];
  const carriage = ends.filter((end) => end === '\r\n').length;
  const isMixed = ends.includes('\r') || (carriage > 0 && carriage < ends.length);
  return { ending: carriage > ends.length / 2 ? '\r\n' : '\n', isMixed };
}

/** A text with `\n` alone, as the body had it. */
export function writtenLines(text: string, { ending }: BodyLines): string {
  return ending === '\n' ? text : text.replaceAll(/\r?\n/g, ending);
}
