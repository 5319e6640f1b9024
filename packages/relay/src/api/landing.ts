import { escapeHtml, STYLE } from '../failure-page.ts';

/** The relay's front page: what this is, and the one command that uses it. */
export function landingPage(domain: string): string {
  const shown = escapeHtml(domain);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sellia relay</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Sellia relay</h1>
<p>This server gives local web servers a public address below <code>${shown}</code>.</p>
<dl><dt>Open a tunnel</dt><dd>sellia http 8080</dd><dt>Health</dt><dd>/health</dd></dl>
<footer>Sellia relay</footer>
</main>
</body>
</html>
`;
}
