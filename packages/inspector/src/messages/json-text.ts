import { prettyJson } from '../body/json.ts';
import { TextOutput } from './text-output.ts';

/** The value of a text; `undefined` where it is not JSON. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** True for what JSON has in braces. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with lines and indents as far as it is JSON, then as it is; at most `most` characters. */
export function indentJson(text: string, most: number): string {
  const { text: pretty, rest } = prettyJson(text);
  const out = new TextOutput(most);
  out.add(pretty);
  out.add(rest);
  return out.toString();
}
