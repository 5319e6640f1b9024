import { decodeText, type MultipartPart, mediaType } from '@sellia/inspector/bodies';
import { type ReactNode, useMemo } from 'react';
import { fileName } from '../file-name.ts';
import type { TextSource } from '../shape/text.ts';
import { FormView } from './form-view.tsx';
import { FramesView } from './frames-view.tsx';
import { GraphqlView } from './graphql-view.tsx';
import { HexView } from './hex-view.tsx';
import { KeptEventsView } from './kept-events-view.tsx';
import { DownloadView, ImageView, PlayerView } from './media-view.tsx';
import { PartsView } from './parts-view.tsx';
import { PreviewView } from './preview-view.tsx';
import { Base64View, JsonView, TextView } from './text-view.tsx';
import { languageOf, type ShownKind, type ViewName } from './views.ts';

export interface ViewerProps {
  readonly view: ViewName;
  readonly kind: ShownKind;
  readonly source: TextSource;
  /** `Content-Type`, whole. */
  readonly label: string;
  readonly isRunning: boolean;
  readonly isCut: boolean;
  /** To save it under, without an ending. */
  readonly name: string;
  /** One part of a multipart body. */
  readonly showPart: (part: MultipartPart, bytes: Uint8Array<ArrayBuffer>) => ReactNode;
}

/** A body in the view that was chosen. */
export function Viewer(props: ViewerProps) {
  const { view, kind, source, label, isRunning, isCut, name, showPart } = props;
  const { bytes } = source;
  const type = kind.look || kind.type;
  switch (view) {
    case 'pretty':
      return <JsonView source={source} />;
    case 'text':
      return <TextView source={source} language={languageOf(kind)} />;
    case 'base64':
      return <Base64View bytes={bytes} />;
    case 'hex':
      return <HexView bytes={bytes} />;
    case 'table':
      return <Form source={source} />;
    case 'graphql':
      return <GraphqlView source={source} isDocument={kind.kind === 'graphql'} />;
    case 'events':
      return <KeptEventsView source={source} isLines={kind.shown !== 'event-stream'} />;
    case 'frames':
      return <FramesView bytes={bytes} type={kind.type} />;
    case 'image':
      return <ImageView bytes={bytes} type={type} />;
    case 'player':
      return <PlayerView bytes={bytes} type={type} kind={playerOf(type)} />;
    case 'download':
      return <DownloadView bytes={bytes} type={type} name={fileName(name, type)} />;
    case 'preview':
      return <PreviewView source={source} />;
    case 'parts':
      return (
        <PartsView
          bytes={bytes}
          boundary={mediaType(label).boundary}
          isRunning={isRunning}
          isCut={isCut}
          show={showPart}
        />
      );
  }
}

function playerOf(type: string): 'audio' | 'video' {
  return type.startsWith('audio/') ? 'audio' : 'video';
}

function Form({ source: { bytes, charset, isCut } }: { readonly source: TextSource }) {
  const text = useMemo(() => decodeText(bytes, charset, { isCut }).text, [bytes, charset, isCut]);
  return <FormView text={text} />;
}
