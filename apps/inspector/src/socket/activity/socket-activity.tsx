import { bytesText, countText } from '../../ui/numbers.ts';
import { Section } from '../../ui/section.tsx';
import { OddList } from '../handshake/odd-list.tsx';
import { isLive, type SocketView } from '../socket-view.ts';
import { DOWN, UP } from '../words.ts';
import { FiguresTable } from './figures-table.tsx';
import { RoundTrips } from './round-trips.tsx';
import { SecondsChart } from './seconds-chart.tsx';
import styles from './socket-activity.module.css';

/** How much goes each way, how fast, and how it was over the last minute. */
export function SocketActivity({ row, socket, now }: SocketView) {
  if (socket === undefined) {
    const isComing = row.state === 'connecting';
    return <p className={styles.none}>{isComing ? 'Not open yet.' : 'It never opened.'}</p>;
  }
  const { up, down } = socket;
  const isOver = !isLive(row);
  const broken = [
    up.broken === '' ? '' : brokenText(UP.words, up.broken),
    down.broken === '' ? '' : brokenText(DOWN.words, down.broken),
  ].filter((text) => text !== '');
  return (
    <>
      {broken.length === 0 ? null : (
        <Section title="Broken frames">
          <OddList sentences={broken} />
        </Section>
      )}
      <Section title={isOver ? 'Its last minute' : 'The last minute'}>
        <div className={styles.charts}>
          <SecondsChart
            title="Messages a second"
            up={whole(up.messageSeconds)}
            down={whole(down.messageSeconds)}
            isOver={isOver}
            text={countText}
          />
          <SecondsChart
            title="Bytes a second"
            up={whole(up.byteSeconds)}
            down={whole(down.byteSeconds)}
            isOver={isOver}
            text={bytesText}
          />
        </div>
      </Section>
      <Section title="Figures">
        <FiguresTable socket={socket} now={now} isOver={isOver} />
      </Section>
      <Section title="Round trips">
        <RoundTrips socket={socket} />
      </Section>
    </>
  );
}

/** Without the second that runs: it would look like a fall. */
function whole(seconds: readonly number[]): readonly number[] {
  return seconds.slice(0, -1);
}

function brokenText(words: string, broken: string): string {
  return `${words}: ${broken}. Frames are no longer read; bytes are counted on.`;
}
