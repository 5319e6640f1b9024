import type { GrpcFrame } from '@sellia/inspector/bodies';
import { useMemo } from 'react';
import { bytesText } from '../../ui/numbers.ts';
import { Notes } from '../notes.tsx';
import { framesOf } from '../shape/grpc.ts';
import styles from './folded.module.css';
import { Folded } from './folded.tsx';
import { HexView } from './hex-view.tsx';
import { LongText } from './long-text.tsx';

interface FramesViewProps {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** Messages of gRPC one by one. What is in them only its schema tells: bytes. */
export function FramesView({ bytes: body, type }: FramesViewProps) {
  const { bytes, frames, note } = useMemo(() => framesOf(body, type), [body, type]);
  if (frames.length === 0) return <p>{note || 'There is no frame.'}</p>;
  return (
    <>
      <Notes notes={note === '' ? [] : [note]} />
      <ol>
        {frames.map((frame, i) => (
          <li key={frame.start}>
            <Folded title={titleOf(frame, i)}>
              {frame.kind === 'trailers' && !frame.isCompressed ? (
                <pre className={styles.text}>
                  <LongText
                    text={new TextDecoder().decode(bytes.subarray(frame.start, frame.end))}
                  />
                </pre>
              ) : (
                <HexView bytes={bytes.subarray(frame.start, frame.end)} />
              )}
            </Folded>
          </li>
        ))}
      </ol>
    </>
  );
}

function titleOf({ kind, isCompressed, start, end, promised }: GrpcFrame, i: number): string {
  const name = kind === 'trailers' ? 'Trailers' : `Message ${i + 1}`;
  const size = bytesText(end - start);
  const sizes = end - start < promised ? `${size} of ${bytesText(promised)}` : size;
  return `${name} · ${sizes}${isCompressed ? ' · compressed' : ''}`;
}
