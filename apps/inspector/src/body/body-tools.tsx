import { base64, decodeText, hexDump } from '@sellia/inspector/bodies';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/clipboard.ts';
import styles from './body-content.module.css';
import { fileName } from './file-name.ts';
import { inWorker } from './shape/in-worker.ts';
import type { TextSource } from './shape/text.ts';
import { useBlobUrl } from './use-blob-url.ts';
import { VIEW_LABELS, type ViewName } from './views/views.ts';

interface BodyToolsProps {
  readonly view: ViewName;
  readonly views: readonly ViewName[];
  readonly setView: (view: ViewName) => void;
  readonly source: TextSource;
  readonly name: string;
  readonly type: string;
  readonly wireUrl?: string | undefined;
}

/** Which view it is, and what can be taken away. */
export function BodyTools(props: BodyToolsProps) {
  const { view, views, setView, source, name, type, wireUrl } = props;
  const url = useBlobUrl(source.bytes, 'application/octet-stream');
  const isCopied = !['image', 'player', 'download', 'frames'].includes(view);
  const copy = async (): Promise<void> => copyText(await textIn(view, source), 'the body');
  return (
    <div className={styles.tools}>
      <label className={styles.select}>
        View
        <select value={view} onChange={({ target }) => setView(target.value as ViewName)}>
          {views.map((each) => (
            <option key={each} value={each}>
              {VIEW_LABELS[each]}
            </option>
          ))}
        </select>
      </label>
      {isCopied ? (
        <Button look="plain" onClick={() => void copy()}>
          Copy
        </Button>
      ) : null}
      <a href={url} download={fileName(name, type)}>
        Save
      </a>
      {wireUrl === undefined ? null : <a href={wireUrl}>Save as it travelled</a>}
    </div>
  );
}

/** What is copied is what the view is about; text as it was sent, without marks. */
async function textIn(view: ViewName, { bytes, charset, isCut }: TextSource): Promise<string> {
  if (view === 'hex') return hexDump(bytes, bytes.length);
  if (view === 'base64') return base64(bytes);
  const { text } = decodeText(bytes, charset, { isCut });
  return view === 'pretty' ? inWorker('pretty', text) : text;
}
