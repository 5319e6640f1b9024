/** What libraries that parse a URL anew leave alone; they encode the rest, each by its own rules. */
const KEPT_PATH = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;
const KEPT_QUERY = /^[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*$/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** The target reaches the server as it stands, whoever parses the URL. `target` is path and query. */
export function survivesParsing(target: string): boolean {
  if (!target.startsWith('/')) return false;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  return KEPT_PATH.test(path) && !DOT_SEGMENT.test(path) && KEPT_QUERY.test(query);
}
