import { request } from 'node:http';
import { connect } from 'node:net';
import type { Child } from './child.ts';
import type { Target } from './subjects/subject.ts';

const RETRY_MS = 25;
const LIMIT_MS = 10_000;

/** Resolves when something accepts on the port; rejects when `child` ends before, or in 10 s. */
export function listening(port: number, child: Child): Promise<void> {
  return until(`${child.name} listens`, () => tryConnect(port), child);
}

/** Resolves when the target has answered a GET with 200. */
export function answering(target: Target, path = '/'): Promise<void> {
  return until('it answers 200', () => tryGet(target, path));
}

async function until(what: string, attempt: () => Promise<boolean>, child?: Child): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await attempt())) {
    if (child?.isOver) throw new Error(`${child.name} ended: ${child.complaint}`);
    if (Date.now() > deadline)
      throw new Error(`waited in vain until ${what} ${child?.complaint ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function tryConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function tryGet({ port, hostHeader }: Target, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, headers: { host: hostHeader }, agent: false };
    const attempt = request({ ...options, timeout: 1_000 }, (response) => {
      response.resume();
      response.once('close', () => resolve(response.statusCode === 200));
    });
    attempt.once('timeout', () => attempt.destroy());
    attempt.once('error', () => resolve(false));
    attempt.end();
  });
}
