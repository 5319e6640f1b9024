import { imageSize } from '@sellia/inspector/bodies';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { bytesText, countText } from '../../ui/numbers.ts';
import { useBlobUrl } from '../use-blob-url.ts';
import styles from './media-view.module.css';

interface MediaProps {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Media type that it is shown as. */
  readonly type: string;
}

/** Pixels that are drawn unasked: larger pictures take hundreds of megabytes to draw. */
const PIXELS_MAX = 50_000_000;

/** A picture, as one: nothing in it runs or loads anything, SVG neither. */
export function ImageView({ bytes, type }: MediaProps) {
  const told = imageSize(bytes);
  const [isWanted, setWanted] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const [seen, setSeen] = useState('');
  const url = useBlobUrl(bytes, type);
  const isHuge = told !== undefined && told.width * told.height > PIXELS_MAX;
  const size = told === undefined ? seen : `${told.width} × ${told.height}`;
  const isShown = url !== undefined && (isWanted || !isHuge);
  return (
    <figure className={styles.figure}>
      {isShown && !isBroken ? (
        <img
          src={url}
          alt="The body"
          className={styles.image}
          onError={() => setBroken(true)}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
            setBroken(false);
            setSeen(`${width} × ${height}`);
          }}
        />
      ) : null}
      {isBroken ? <p>This browser cannot show it as a picture.</p> : null}
      {isHuge && !isWanted ? (
        <Button onClick={() => setWanted(true)}>
          Show {countText(told.width * told.height)} pixels
        </Button>
      ) : null}
      <figcaption>{[size, bytesText(bytes.length), type].filter(Boolean).join(' · ')}</figcaption>
    </figure>
  );
}

interface PlayerProps extends MediaProps {
  readonly kind: 'audio' | 'video';
}

/** Sound or moving pictures, by the browser's own player. */
export function PlayerView({ bytes, type, kind }: PlayerProps) {
  const url = useBlobUrl(bytes, type);
  const [isBroken, setBroken] = useState(false);
  const Player = kind;
  return (
    <figure className={styles.figure}>
      {isBroken ? <p>This browser cannot play it.</p> : null}
      <Player
        controls
        src={url}
        aria-label="The body"
        className={styles.player}
        onError={() => setBroken(url !== undefined)}
        onLoadedData={() => setBroken(false)}
      />
      <figcaption>{[bytesText(bytes.length), type].join(' · ')}</figcaption>
    </figure>
  );
}

/** A body that is only handed out: a document that may hold programs is nothing for this page. */
export function DownloadView({ bytes, type, name }: MediaProps & { readonly name: string }) {
  const url = useBlobUrl(bytes, 'application/octet-stream');
  return (
    <p>
      <a href={url} download={name}>
        Save {name}
      </a>{' '}
      ({bytesText(bytes.length)}, {type}). It is not opened here.
    </p>
  );
}
