import { type ClientRequest, get } from 'node:http';

export interface Asking {
  readonly port: number;
  /** The tunnel's public host. */
  readonly host: string;
  /** Milliseconds between two requests: how exact the answer is. */
  readonly everyMs: number;
  /** Milliseconds after which it rejects. */
  readonly guardMs: number;
}

/**
 * Asks again and again, each time on a connection of its own and without waiting for the answers
 * before, as visitors do. Resolves with the time of the first whole answer with 200, in milliseconds
 * since 1970; requests that are still under way then are given up.
 */
export function firstServed({ port, host, everyMs, guardMs }: Asking): Promise<number> {
  const asked = new Set<ClientRequest>();
  const heard = new Map<string, number>();
  const count = (what: string) => heard.set(what, (heard.get(what) ?? 0) + 1);
  return new Promise<number>((resolve, reject) => {
    const ask = () => {
      const request = get({ host: '127.0.0.1', port, headers: { host }, agent: false });
      asked.add(request);
      request.on('close', () => asked.delete(request));
      request.on('error', (error) => count((error as { code?: string }).code ?? error.message));
      request.on('response', (response) => {
        response.resume();
        response.on('error', () => {});
        response.on('end', () => {
          if (response.statusCode === 200) settle(() => resolve(Date.now()));
          else count(String(response.statusCode));
        });
      });
    };
    const settle = (then: () => void) => {
      clearInterval(interval);
      clearTimeout(guard);
      then();
      for (const request of asked) request.destroy();
    };
    const interval = setInterval(ask, everyMs);
    const guard = setTimeout(() => {
      const answers = [...heard].map(([what, times]) => `${times} times ${what}`).join(', ');
      settle(() => reject(new Error(`${host} is not served after ${guardMs} ms: ${answers}`)));
    }, guardMs);
    ask();
  });
}
