import { parseParameters } from './header-parameters.ts';

/** A `Content-Type`, understood. */
export interface MediaType {
  /** `text/html`, in lower case; empty where the header names none. */
  readonly type: string;
  /** As written; empty where it is not told. */
  readonly charset: string;
  /** Of a multipart body, as written; empty where it is not told. */
  readonly boundary: string;
  /** All of them, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TYPE = /^[!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Reads a `Content-Type` header. Of several types in one header the first counts. Never throws. */
export function mediaType(header: string): MediaType {
  const { value, parameters } = parseParameters(header);
  const first = (value.split(',', 1)[0] ?? '').trim();
  return {
    type: TYPE.test(first) ? first : '',
    charset: parameters.get('charset') ?? '',
    boundary: parameters.get('boundary') ?? '',
    parameters,
  };
}
