import {
  type HeaderLines,
  requestCookies,
  responseCookie,
  type SetCookie,
} from '@sellia/inspector/browser';
import { CapturedText } from './captured-text.tsx';
import { attributeNote, cookieNotes } from './cookie-notes.ts';
import styles from './header-list.module.css';
import { linesOf } from './header-text.ts';
import { NameTable } from './name-table.tsx';
import { Secret } from './secret.tsx';

/** Cookies that are drawn. */
const SHOWN_MAX = 200;

interface CookieTableProps {
  readonly lines: HeaderLines;
  readonly direction: 'request' | 'response';
}

/** Cookies of a message; nothing without one. */
export function CookieTable({ lines, direction }: CookieTableProps) {
  const cookies = direction === 'request' ? sent(lines) : set(lines);
  if (cookies.length === 0) return null;
  const isSent = direction === 'request';
  return (
    <NameTable
      title={isSent ? 'Cookies' : 'Cookies that are set'}
      value={isSent ? 'Value' : 'Value and attributes'}
    >
      {cookies.slice(0, SHOWN_MAX).map((cookie, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <CookieRow key={i} cookie={cookie} />
      ))}
    </NameTable>
  );
}

type Shown = Pick<SetCookie, 'name' | 'value'> & Partial<SetCookie>;

function sent(lines: HeaderLines): Shown[] {
  return valuesOf(lines, 'cookie').flatMap(requestCookies);
}

function set(lines: HeaderLines): Shown[] {
  return valuesOf(lines, 'set-cookie').map(responseCookie);
}

function valuesOf(flat: HeaderLines, wanted: string): string[] {
  const lines = linesOf(flat).filter(({ name }) => name.toLowerCase() === wanted);
  return lines.map(({ value }) => value);
}

function CookieRow({ cookie }: { readonly cookie: Shown }) {
  const { name, value, attributes = [] } = cookie;
  const notes = cookieNotes(cookie);
  return (
    <tr>
      <th scope="row">
        <CapturedText text={name} most={200} />
      </th>
      <td className={styles.value}>
        <Secret text={value} masked={value === '' ? '' : '***'} name={`cookie ${name}`} />
        {attributes.length === 0 ? null : (
          <ul className={styles.attributes}>
            {attributes.map((attribute, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change
              <li key={i} title={attributeNote(attribute.name, attribute.value)}>
                <CapturedText
                  text={
                    attribute.value === '' ? attribute.name : `${attribute.name}=${attribute.value}`
                  }
                  most={200}
                />
              </li>
            ))}
          </ul>
        )}
        {notes.length === 0 ? null : <p className={styles.note}>{notes.join(' ')}</p>}
      </td>
    </tr>
  );
}
