/** `process.env`, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type ColorChoice = 'auto' | 'always' | 'never';

const CHOICES: readonly string[] = ['auto', 'always', 'never'] satisfies ColorChoice[];

/** The value of `--color`; undefined when it is none of auto, always, never. */
export function colorChoice(text: string): ColorChoice | undefined {
  return CHOICES.includes(text) ? (text as ColorChoice) : undefined;
}

/**
 * Whether one stream gets colours. The flag decides; then NO_COLOR (https://no-color.org) when not
 * empty; then FORCE_COLOR, where `0` and `false` mean off; then the stream itself, unless TERM says
 * that it is dumb.
 */
export function wantsColor(choice: ColorChoice, isTerminal: boolean, env: Environment): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}
