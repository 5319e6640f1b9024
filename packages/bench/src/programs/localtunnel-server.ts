/**
 * Runs the published localtunnel server. It was written for the loader `esm`, which no current Node
 * can run: its modules import without file extensions and still call `require`. Hooks supply both
 * as the modules are read; nothing of it is copied or kept.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { announce } from './announce.ts';
import { readSettings } from './settings.ts';

type CreateServer = (options: { domain: string; max_tcp_sockets: number }) => Server;

const { entry, port, domain } = readSettings<{ entry: string; port: number; domain: string }>();
const home = pathToFileURL(`${dirname(entry)}/`).href;
const PREAMBLE = `
import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url);
const __dirname = __dirnameOf(__pathOf(import.meta.url));
`;

const isOurs = (url: string) =>
  url.startsWith(home) && !url.includes('/node_modules/', home.length - 1);

registerHooks({
  resolve(specifier, context, next) {
    const isRelative = specifier.startsWith('.') && isOurs(context.parentURL ?? '');
    const url = isRelative ? new URL(`${specifier}.js`, context.parentURL).href : '';
    if (isRelative && existsSync(fileURLToPath(url))) return { url, shortCircuit: true };
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!isOurs(url)) return next(url, context);
    const source = PREAMBLE + readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', source, shortCircuit: true };
  },
});

const loaded = (await import(pathToFileURL(entry).href)) as { default: CreateServer };
announce(loaded.default({ domain, max_tcp_sockets: 10 }), port);
