import { bodyKind, decodeText, type MultipartPart, mediaType } from '@sellia/inspector/bodies';
import { type ReactNode, useMemo } from 'react';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import styles from './body-content.module.css';
import { BodyTools } from './body-tools.tsx';
import { Notes } from './notes.tsx';
import { isGraphqlBody } from './shape/graphql.ts';
import type { TextSource } from './shape/text.ts';
import { HexView } from './views/hex-view.tsx';
import { LongText } from './views/long-text.tsx';
import { Viewer } from './views/viewer.tsx';
import { type ShownKind, shownKind, type ViewName, viewsOf } from './views/views.ts';

export interface BodyContentProps {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `Content-Type`, whole. */
  readonly label: string;
  /** Only a beginning was kept. */
  readonly isCut: boolean;
  /** More may come. */
  readonly isRunning: boolean;
  /** To save it under, without an ending. */
  readonly name: string;
  /** Multipart bodies that it stands within. */
  readonly depth: number;
  /** Sentences on how it came here. */
  readonly notes?: readonly string[];
  /** Before the tools. */
  readonly children?: ReactNode;
  /** Also saved as it travelled, from here. */
  readonly wireUrl?: string | undefined;
}

/** Bytes of a text part that stand there without an editor around them. */
const SHORT = 500;

/** Multipart bodies within one another that are taken apart. */
const DEPTH_MAX = 4;

/** Bytes by the viewer of what they are, or by another one that a person chose for their kind. */
export function BodyContent(props: BodyContentProps) {
  const { bytes, label, isCut, isRunning, name, depth, notes = [], children, wireUrl } = props;
  const kind = useMemo(() => shownKind(bodyKind(label, bytes)), [label, bytes]);
  const { charset } = mediaType(label);
  const isBeginning = isCut || isRunning;
  const source = useMemo(
    (): TextSource => ({ bytes, charset, isCut: isBeginning }),
    [bytes, charset, isBeginning],
  );
  const isGraphql = useMemo(() => kind.shown === 'json' && isGraphqlBody(bytes), [kind, bytes]);
  const views = viewsOf(kind, isGraphql);
  const [view, setView] = useView(kind, views);
  const showPart = (part: MultipartPart, content: Uint8Array<ArrayBuffer>): ReactNode =>
    depth === DEPTH_MAX ? (
      <HexView bytes={content} />
    ) : (
      <BodyContent
        bytes={content}
        label={part.type || 'text/plain'}
        isCut={isCut && part.isOpen}
        isRunning={isRunning && part.isOpen}
        name={part.filename ?? part.name}
        depth={depth + 1}
      />
    );
  const isShort = depth > 0 && view === 'text' && bytes.length <= SHORT;
  return (
    <>
      <div className={styles.head}>
        {children}
        {isShort ? null : (
          <BodyTools
            {...{ view, views, setView, source, name, wireUrl }}
            type={kind.look || kind.type}
          />
        )}
      </div>
      <Notes notes={kind.mismatch === '' ? notes : [...notes, kind.mismatch]} />
      {isShort ? (
        <pre className={styles.short}>
          <LongText text={decodeText(bytes, charset).text} />
        </pre>
      ) : (
        <Viewer key={view} {...{ view, kind, source, label, isRunning, isCut, name, showPart }} />
      )}
    </>
  );
}

/** What was chosen for bodies of that kind the last time, if this one has it. */
function useView(
  { shown }: ShownKind,
  views: readonly ViewName[],
): readonly [ViewName, (view: ViewName) => void] {
  const chosen = usePrefs((prefs) => prefs.bodyViews[shown]);
  const view = views.find((each) => each === chosen) ?? views[0] ?? 'hex';
  const set = (wanted: ViewName): void => {
    setPrefs(({ bodyViews }) => ({ bodyViews: { ...bodyViews, [shown]: wanted } }));
  };
  return [view, set];
}
