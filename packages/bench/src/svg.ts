import { type Figure, figureTitle } from './measurement.ts';
import type { Report } from './report.ts';
import type { MeasurementResult } from './results.ts';
import { number } from './table.ts';

const WIDTH = 720;
const LABEL = 130;
const VALUE = 110;
const BAR = 16;
const STEP = 22;
const HEAD = 34;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 13px; }
  .bar { fill: #9aa4b2; } .own { fill: #0a7d5a; }
  .page { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6e8eb; } .bar { fill: #5c6673; } .own { fill: #2fbf8f; } .page { fill: #15181c; }
  }`;

/** One group of bars for each measurement's first figure. */
export function reportSvg(report: Report): string {
  let y = 30;
  const groups: string[] = [];
  for (const result of report.measurements) {
    const group = groupSvg(result, y);
    groups.push(group.svg);
    y += group.height;
  }
  const warning = report.isSmoke ? ' (a smoke run: these figures mean nothing)' : '';
  const note = `${report.cores} cores, Node ${report.node}, medians of ${report.rounds}${warning}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 12}" viewBox="0 0 ${WIDTH} ${y + 12}" role="img">
<title>How fast Sellia is beside others</title>
<style>${STYLE}</style>
<rect class="page" width="100%" height="100%"/>
<text x="12" y="20">${escapeXml(note)}</text>
${groups.join('\n')}
</svg>
`;
}

function groupSvg(result: MeasurementResult, top: number): { svg: string; height: number } {
  const figure = figureShown(result);
  const bars = result.rows.flatMap(({ subject, medians }) => {
    const value = figure === undefined ? Number.NaN : (medians[figure.key] ?? Number.NaN);
    return Number.isNaN(value) ? [] : [{ subject, value }];
  });
  if (figure === undefined || bars.length === 0) return { svg: '', height: 0 };
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const scale = (WIDTH - LABEL - VALUE) / most;
  const title = `${result.title}: ${figureTitle(figure)} (${figure.better} is better)`;
  const lines = bars.map(({ subject, value }, i) =>
    barSvg(subject, value, Math.max(1, value * scale), top + HEAD + i * STEP),
  );
  const heading = `<text class="title" x="12" y="${top + 22}">${escapeXml(title)}</text>`;
  return { svg: [heading, ...lines].join('\n'), height: HEAD + bars.length * STEP + 10 };
}

/** The first figure that anybody has. */
function figureShown({ figures, rows }: MeasurementResult): Figure | undefined {
  return figures.find(({ key }) =>
    rows.some((row) => !Number.isNaN(row.medians[key] ?? Number.NaN)),
  );
}

function barSvg(subject: string, value: number, width: number, y: number): string {
  const kind = subject.startsWith('sellia') ? 'own' : 'bar';
  return `<text x="12" y="${y + 12}">${escapeXml(subject)}</text><rect class="${kind}" x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/><text x="${(LABEL + width + 8).toFixed(1)}" y="${y + 12}">${number(value)}</text>`;
}

function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text.replace(/[&<>"]/g, (char) => `&${names[char]};`);
}
