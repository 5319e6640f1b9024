import type { JobAnswer, JobInput, JobName, JobResult } from './jobs.ts';

/** Somebody waits for an answer. */
interface Waiting {
  resolve(result: unknown): void;
  reject(reason: Error): void;
}

/** One thread for the page, from the first job on; jobs wait in line for one another. */
let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let lastNumber = 0;

/** Does a job beside the page. Each component waits for one at a time; that bounds the line. */
export function inWorker<Name extends JobName>(
  name: Name,
  input: JobInput<Name>,
): Promise<JobResult<Name>> {
  worker ??= start();
  const number = ++lastNumber;
  const result = new Promise<unknown>((resolve, reject) =>
    waiting.set(number, { resolve, reject }),
  );
  worker.postMessage({ number, name, input });
  return result as Promise<JobResult<Name>>;
}

function start(): Worker {
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<JobAnswer>) => {
    const { number, result, failure } = data;
    const one = waiting.get(number);
    waiting.delete(number);
    if (failure === undefined) one?.resolve(result);
    else one?.reject(new Error(failure));
  };
  started.onerror = () => {
    for (const one of waiting.values()) one.reject(new Error('The worker of the page failed.'));
    waiting.clear();
    started.terminate();
    worker = undefined;
  };
  return started;
}
