import { encode } from 'uqr';
import styles from './nothing-listed.module.css';

/** A public address for a telephone's camera. Dark on light in every theme: cameras want it so. */
export function QrCode({ url }: { readonly url: string }) {
  const { size, data: lines } = encode(url, { border: 4 });
  const squares = lines.flatMap((line, y) =>
    line.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={`QR code of ${url}`}
      shapeRendering="crispEdges"
    >
      <path d={squares.join('')} />
    </svg>
  );
}
