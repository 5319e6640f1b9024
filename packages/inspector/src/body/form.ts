import { percentDecoded } from './percent.ts';

/** Fields of one form or query. */
export const FIELDS_MAX = 1000;

export interface FormField {
  readonly name: string;
  readonly value: string;
  /** Something in name or value is not percent-encoded text, and stands as it was sent. */
  readonly isBroken: boolean;
}

export interface FormFields {
  /** In the order in which they came, equal names included. */
  readonly fields: readonly FormField[];
  /** There were more than `FIELDS_MAX`. */
  readonly isCut: boolean;
}

/** Fields of an `application/x-www-form-urlencoded` text. Never throws. */
export function formFields(text: string): FormFields {
  const fields: FormField[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('&', at);
    const end = next < 0 ? text.length : next;
    if (end > at) {
      if (fields.length === FIELDS_MAX) return { fields, isCut: true };
      fields.push(fieldOf(text.slice(at, end)));
    }
    at = end + 1;
  }
  return { fields, isCut: false };
}

/** Fields of the query of a request target or URL; none without a `?`. Never throws. */
export function queryFields(target: string): FormFields {
  const [address = ''] = target.split('#', 1);
  const start = address.indexOf('?');
  return formFields(start < 0 ? '' : address.slice(start + 1));
}

function fieldOf(pair: string): FormField {
  const equals = pair.indexOf('=');
  const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
  const value = decoded(equals < 0 ? '' : pair.slice(equals + 1));
  return { name: name.text, value: value.text, isBroken: name.isBroken || value.isBroken };
}

function decoded(text: string): { text: string; isBroken: boolean } {
  return percentDecoded(text.replaceAll('+', ' '));
}
