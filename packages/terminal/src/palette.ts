import picocolors from 'picocolors';
import { type Shown, Styled, shownText } from './styled.ts';

type Style = (value: Shown) => Styled;

/** Colours of one stream, or none. The only import of picocolors. */
export class Palette {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly yellow: Style;
  readonly blue: Style;
  readonly magenta: Style;
  readonly cyan: Style;
  readonly #hasLinks: boolean;

  /** `hasLinks`: OSC 8 links too, which only a real terminal understands. */
  constructor(isColored: boolean, hasLinks = false) {
    const colors = picocolors.createColors(isColored);
    const style =
      (paint: (text: string) => string): Style =>
      (value) => {
        const text = shownText(value);
        return new Styled(text === '' ? '' : paint(text));
      };
    this.bold = style(colors.bold);
    this.dim = style(colors.dim);
    this.red = style(colors.red);
    this.green = style(colors.green);
    this.yellow = style(colors.yellow);
    this.blue = style(colors.blue);
    this.magenta = style(colors.magenta);
    this.cyan = style(colors.cyan);
    this.#hasLinks = isColored && hasLinks;
  }

  /** `shown`, to be clicked. A URL with anything but visible ASCII in it stays text. */
  link(url: string, shown: Shown = url): Styled {
    const text = shownText(shown);
    if (!this.#hasLinks || !/^https?:[\x21-\x7e]+$/.test(url)) return new Styled(text);
    return new Styled(`\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\`);
  }
}
