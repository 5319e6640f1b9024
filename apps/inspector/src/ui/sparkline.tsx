import { areaPath, linePath } from './line-path.ts';
import styles from './sparkline.module.css';

interface SparklineProps {
  /** One for each stretch of time, the oldest first; -1 where there is none. */
  readonly values: readonly number[];
  /** The same in words. */
  readonly label: string;
}

const WIDTH = 100;
const HEIGHT = 20;

/**
 * A small curve from zero to its highest value, in the colour of the text around it. As large as
 * `--spark-width` and `--spark-height` say, which are 4.5 by 1.125 rem without a word.
 */
export function Sparkline({ values, label }: SparklineProps) {
  const most = Math.max(...values, 1);
  const size = { width: WIDTH, height: HEIGHT, most };
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={styles.sparkline}
    >
      <path d={areaPath(values, size)} className={styles.area} />
      <path d={linePath(values, size)} className={styles.line} />
    </svg>
  );
}
