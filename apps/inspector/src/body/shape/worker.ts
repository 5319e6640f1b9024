import { JOBS, type JobAnswer, type JobOrder } from './jobs.ts';

/** A thread of its own: bodies are as large and as strange as a visitor likes. */
addEventListener('message', ({ data }: MessageEvent<JobOrder>) => postMessage(answer(data)));

function answer({ number, name, input }: JobOrder): JobAnswer {
  try {
    const job: (input: never) => unknown = JOBS[name];
    return { number, result: job(input as never) };
  } catch (error) {
    return { number, failure: String(error) };
  }
}
