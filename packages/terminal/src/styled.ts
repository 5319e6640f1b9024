import { printable } from './printable.ts';

/** Text that may be printed as it is: any escape sequence in it is our own. */
export class Styled {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can be printed. A string is not trusted: it is escaped on its way out. */
export type Shown = string | number | Styled;

export function shownText(value: Shown): string {
  return value instanceof Styled ? value.text : printable(String(value));
}

/**
 * A line out of trusted text and values that are not: styled`${path} is ${palette.bold('new')}`
 * escapes `path` and keeps the rest.
 */
export function styled(strings: TemplateStringsArray, ...values: Shown[]): Styled {
  return new Styled(String.raw({ raw: strings }, ...values.map(shownText)));
}
