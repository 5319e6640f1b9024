import { type ColorChoice, colorChoice } from '@sellia/terminal';
import { InvalidArgumentError } from 'commander';

/** The value of `--color`. */
export function readColor(value: string): ColorChoice {
  const choice = colorChoice(value);
  if (choice === undefined) throw new InvalidArgumentError('It is auto, always or never.');
  return choice;
}
