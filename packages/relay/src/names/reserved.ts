/** Names that look like the relay's own, or that machines ask for by themselves. */
const RESERVED = new Set(
  [
    'api www admin app dashboard console',
    'mail smtp imap pop ftp ssh sftp',
    'cdn static assets media images files',
    'auth login oauth sso account accounts',
    'billing pay payment payments subscribe',
    'help support docs documentation status',
    'blog news forum community dev developer',
    'test staging demo sandbox preview',
    'ws wss socket websocket stream',
    'git svn repo registry npm pypi',
    'internal private public local localhost',
    'root system server servers node nodes',
    'sellia tunnel tunnels proxy',
    // Clients look these up below whatever domain they are in.
    'autoconfig autodiscover isatap mta-sts ns1 ns2 wpad',
    // Keys that every object has, in whatever language reads the name next.
    'constructor hasownproperty prototype tostring valueof',
  ]
    .join(' ')
    .split(' '),
);

/** `name` is canonical. A name that reads like a reserved one (adm1n, adrnin) counts as that. */
export function isReserved(name: string): boolean {
  if (RESERVED.has(name)) return true;
  const plain = name
    .replaceAll('rn', 'm')
    .replaceAll('0', 'o')
    .replaceAll('3', 'e')
    .replaceAll('5', 's');
  return RESERVED.has(plain.replaceAll('1', 'l')) || RESERVED.has(plain.replaceAll('1', 'i'));
}
