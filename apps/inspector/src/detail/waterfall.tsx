import { durationText } from '../ui/numbers.ts';
import type { Step } from './timing-steps.ts';
import styles from './timing-tab.module.css';

/** Steps as bars under one another; the same in figures beside them. */
export function Waterfall({ steps }: { readonly steps: readonly Step[] }) {
  const total = Math.max(...steps.map(({ endMs }) => endMs), Number.MIN_VALUE);
  return (
    <table className={styles.waterfall}>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Begins</th>
          <th scope="col">Takes</th>
          <td aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <StepRow key={step.label} step={step} total={total} />
        ))}
      </tbody>
    </table>
  );
}

function StepRow({ step, total }: { readonly step: Step; readonly total: number }) {
  const { label, place, startMs, endMs } = step;
  const left = (100 * startMs) / total;
  const width = (100 * (endMs - startMs)) / total;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className={styles.figure}>{durationText(startMs)}</td>
      <td className={styles.figure}>{durationText(endMs - startMs)}</td>
      <td aria-hidden="true" className={styles.lane}>
        <div
          className={styles.bar}
          data-place={place}
          style={{ insetInlineStart: `${left}%`, width: `${width}%` }}
        />
      </td>
    </tr>
  );
}
