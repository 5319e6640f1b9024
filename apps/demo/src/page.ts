import type { IncomingMessage } from 'node:http';

const STYLE = `
  :root { color-scheme: light dark; --ink: #1d2430; --soft: #667085; --line: #e3e7ee;
    --paper: #fff; --back: #f6f7fa; --mark: #5b5bd6; --good: #18794e; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8ebf1; --soft: #98a2b3; --line: #2b313d;
    --paper: #171b23; --back: #0f1218; --mark: #9d9df5; --good: #4cc38a; } }
  * { box-sizing: border-box; margin: 0; }
  body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back);
    padding: 3rem 1rem; }
  main { max-width: 46rem; margin: auto; display: grid; gap: 1.25rem; }
  h1 { font-size: 2rem; letter-spacing: -.02em; }
  h1 span { color: var(--mark); }
  h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .08em; color: var(--soft);
    margin-bottom: .75rem; }
  p { color: var(--soft); }
  section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px;
    padding: 1.25rem; }
  code, td, output { font: 13px/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }
  table { width: 100%; border-collapse: collapse; }
  td { padding: .15rem 0; vertical-align: top; border-top: 1px solid var(--line); }
  tr:first-child td { border: 0; }
  td:first-child { color: var(--soft); padding-right: 1rem; white-space: nowrap; }
  #state { color: var(--good); font-weight: 600; }
  form { display: flex; gap: .5rem; margin-top: .75rem; }
  input, button { font: inherit; padding: .45rem .75rem; border-radius: 8px;
    border: 1px solid var(--line); background: var(--back); color: inherit; }
  input { flex: 1; min-width: 0; }
  button { background: var(--mark); color: var(--paper); border-color: transparent; cursor: pointer; }
  output { display: block; margin-top: .75rem; min-height: 4.8em; white-space: pre-line; }`;

const SCRIPT = `
  const state = document.getElementById('state');
  const log = document.getElementById('log');
  const socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/[?#].*/, ''), 'echo');
  const sentAt = [];
  let lines = [];
  const show = (line) => { lines = [...lines, line].slice(-3); log.textContent = lines.join('\\n'); };
  const send = (text) => { sentAt.push(performance.now()); socket.send(text); };
  socket.onopen = () => { state.textContent = 'open'; send('hello through the tunnel'); };
  socket.onclose = (event) => { state.textContent = 'closed (' + event.code + ')'; };
  socket.onmessage = ({ data }) =>
    show('echo in ' + (performance.now() - sentAt.shift()).toFixed(1) + ' ms: ' + data);
  document.querySelector('form').onsubmit = (event) => {
    event.preventDefault();
    const field = event.target.elements.text;
    if (field.value !== '' && socket.readyState === 1) send(field.value);
    field.value = '';
  };`;

/** The page of the demo: the request as the local server got it, and a WebSocket at work. */
export function page(request: IncomingMessage): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>It works: Sellia</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<main>
  <header>
    <h1>Your tunnel <span>works</span></h1>
    <p>This page came from a server on 127.0.0.1, through a client and a relay.</p>
  </header>
  <section>
    <h2>WebSocket <span id="state">opening</span></h2>
    <p>Every message goes to the local server and back.</p>
    <form><input name="text" aria-label="Message" placeholder="Say something" maxlength="200"
      autocomplete="off"><button>Send</button></form>
    <output id="log"></output>
  </section>
  <section>
    <h2>The request, as the local server got it</h2>
    <p><code>${escapeHtml(`${request.method} ${request.url} HTTP/${request.httpVersion}`)}</code></p>
    <table>${headerRows(request.rawHeaders)}</table>
  </section>
</main>
<script>${SCRIPT}</script>
</html>
`;
}

function headerRows(lines: readonly string[]): string {
  let rows = '';
  for (let i = 0; i + 1 < lines.length; i += 2) {
    rows += `<tr><td>${escapeHtml(lines[i] ?? '')}</td><td>${escapeHtml(lines[i + 1] ?? '')}</td></tr>`;
  }
  return rows;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
