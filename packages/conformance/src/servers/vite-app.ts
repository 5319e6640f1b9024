import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** node_modules of this package must be above the app, so it lives in a folder of its own here. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Leaf modules, so that a page load is a burst of requests as in a real project. */
export const LEAVES = 80;

export interface ViteApp {
  readonly folder: string;
  /** Rewrites a source file, as an editor does. */
  edit(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Writes a small React app: lazily loaded part, styles, an asset, and a graph of many modules. */
export async function writeViteApp(serverOptions: Record<string, unknown> = {}): Promise<ViteApp> {
  const folder = await mkdtemp(join(PACKAGE, '.vite-app-'));
  const edit = async (file: string, text: string) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  const files = { ...sources(), 'vite.config.js': config(serverOptions) };
  for (const [file, text] of Object.entries(files)) await edit(file, text);
  return { folder, edit, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The greeting component, whose text a test changes to see a hot update. */
export function greeting(text: string): string {
  return `import { useState } from 'react';
export function Greeting() {
  const [clicks, setClicks] = useState(0);
  return <h1 onClick={() => setClicks(clicks + 1)}>${text}, clicked {clicks}</h1>;
}
`;
}

function config(serverOptions: Record<string, unknown>): string {
  return `import react from '@vitejs/plugin-react';
export default {
  plugins: [react()],
  cacheDir: '.vite-cache',
  clearScreen: false,
  server: ${JSON.stringify({ host: '127.0.0.1', ...serverOptions })},
};
`;
}

function sources(): Record<string, string> {
  const files: Record<string, string> = {
    'index.html': `<!doctype html><html><head><title>fixture</title></head>
<body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>
`,
    'src/main.tsx': `import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import './style.css';
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
`,
    'src/App.tsx': `import { lazy, Suspense } from 'react';
import mark from './mark.svg';
import { Greeting } from './Greeting.tsx';
import { sum } from './leaves/index.ts';
const Later = lazy(() => import('./Later.tsx'));
export function App() {
  return (
    <main>
      <Greeting />
      <p id="sum">{sum}</p>
      <img id="mark" src={mark} alt="mark" />
      <Suspense fallback={<p>waiting</p>}><Later /></Suspense>
    </main>
  );
}
`,
    'src/Greeting.tsx': greeting('Hello'),
    'src/Later.tsx': 'export default () => <p id="later">loaded later</p>;\n',
    'src/style.css': 'h1 { color: rgb(1, 2, 3); }\n',
    'src/mark.svg': mark(),
  };
  const names = Array.from({ length: LEAVES }, (_, i) => i);
  const imports = names.map((i) => `import { leaf as leaf${i} } from './leaf${i}.ts';`);
  const sum = names.map((i) => `leaf${i}`).join(' + ');
  files['src/leaves/index.ts'] = `${imports.join('\n')}\nexport const sum = ${sum};\n`;
  for (const i of names) files[`src/leaves/leaf${i}.ts`] = `export const leaf: number = ${i};\n`;
  return files;
}

/** Over Vite's limit of 4 KiB for inlining, so that it is fetched. */
function mark(): string {
  const padding = `<!-- ${'x'.repeat(8 * 1024)} -->`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">${padding}<rect width="32" height="32"/></svg>\n`;
}
