/** A session of this browser's tab: it asks once for each. */
const KEY = 'sellia-sends-again';

let isConfirmedHere = false;

/** Methods that change nothing (RFC 9110 section 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Somebody has said that requests which change something may be sent again. */
export function isConfirmed(): boolean {
  return isConfirmedHere || storage()?.getItem(KEY) === 'yes';
}

export function confirm(): void {
  isConfirmedHere = true;
  storage()?.setItem(KEY, 'yes');
}

/** Browsers that keep nothing throw at the mere look. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
