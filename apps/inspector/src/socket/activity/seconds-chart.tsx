import { useId } from 'react';
import { areaPath, linePath } from '../../ui/line-path.ts';
import { DOWN, UP } from '../words.ts';
import styles from './seconds-chart.module.css';

interface SecondsChartProps {
  readonly title: string;
  /** One number each second, the newest last; both of one length. */
  readonly up: readonly number[];
  readonly down: readonly number[];
  /** The connection has ended: what is shown is the minute before. */
  readonly isOver: boolean;
  /** How a number is written. */
  readonly text: (value: number) => string;
}

const WIDTH = 300;
const HEIGHT = 60;

/** Two curves of the last minute over one another, and what they say in words. */
export function SecondsChart({ title, up, down, isOver, text }: SecondsChartProps) {
  const id = useId();
  const most = Math.max(1, ...up, ...down);
  const size = { width: WIDTH, height: HEIGHT, most };
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.title}>{title}</figcaption>
      <div className={styles.plot}>
        <span className={styles.most} aria-hidden="true">
          {text(most)}
        </span>
        <svg
          role="img"
          aria-labelledby={id}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className={styles.curves}
        >
          <title id={id}>{summary(title, { up, down, isOver }, text)}</title>
          <path
            d={`M0 ${HEIGHT - 1}H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 1H${WIDTH}`}
            className={styles.grid}
          />
          <path d={areaPath(down, size)} className={styles.area} data-way={DOWN.arrow} />
          <path d={areaPath(up, size)} className={styles.area} data-way={UP.arrow} />
          <path d={linePath(down, size)} className={styles.line} data-way={DOWN.arrow} />
          <path d={linePath(up, size)} className={styles.line} data-way={UP.arrow} />
        </svg>
      </div>
      <p className={styles.axis} aria-hidden="true">
        <span>{isOver ? '−60 s' : '60 s ago'}</span>
        <span data-way={UP.arrow}>{`${UP.arrow} ${UP.from} (dashed)`}</span>
        <span data-way={DOWN.arrow}>{`${DOWN.arrow} ${DOWN.from}`}</span>
        <span>{isOver ? 'end' : 'now'}</span>
      </p>
    </figure>
  );
}

interface Curves {
  readonly isOver: boolean;
  readonly up: readonly number[];
  readonly down: readonly number[];
}

function summary(
  title: string,
  { up, down, isOver }: Curves,
  text: (value: number) => string,
): string {
  const one = (values: readonly number[]): string =>
    `${isOver ? '' : `${text(values.at(-1) ?? 0)} now, `}${text(Math.max(0, ...values))} at most`;
  return `${title} in ${isOver ? 'its' : 'the'} last minute. ${UP.words}: ${one(up)}. ${DOWN.words}: ${one(down)}.`;
}
