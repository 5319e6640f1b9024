/** Endings that programs know, by media type; others have none that would be right. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/pdf': 'pdf',
  'application/xml': 'xml',
  'application/zip': 'zip',
  'application/gzip': 'gz',
  'application/yaml': 'yaml',
  'application/javascript': 'js',
  'text/javascript': 'js',
  'text/html': 'html',
  'text/css': 'css',
  'text/csv': 'csv',
  'text/markdown': 'md',
  'text/plain': 'txt',
  'text/event-stream': 'txt',
  'text/xml': 'xml',
  'image/svg+xml': 'svg',
  'image/jpeg': 'jpg',
  'image/vnd.microsoft.icon': 'ico',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
};

/** Letters of a name that somebody else chose. */
const NAME_MAX = 100;

/** A name for a file, with the ending that is usual for its media type. */
export function fileName(name: string, type: string): string {
  const safe = name
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(0, NAME_MAX);
  const whole = safe === '' ? 'body' : safe;
  if (/\.\w{1,8}$/.test(whole)) return whole;
  const ending = ENDINGS[type] ?? /^(?:image)\/([a-z0-9]{2,5})$/.exec(type)?.[1] ?? 'bin';
  return `${whole}.${ending}`;
}
