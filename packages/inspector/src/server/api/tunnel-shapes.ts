import { z } from 'zod';

/** What the API says of a tunnel. */

const count = z.number().int().nonnegative();
const time = z.number().describe('Unix time in milliseconds; 0 for none.');
const milliseconds = z.number().describe('Milliseconds; -1 while unknown.');

const link = z
  .object({
    relay: z.string().describe('Its host, with the port where that is not the usual one.'),
    relayAgent: z.string().describe('Name and version, as the relay tells them.'),
    agent: z.string().describe('... and this client.'),
    version: count.describe('Of the protocol between the two.'),
    session: z.string(),
    graceMs: z.number().describe('Exchanges outlive a lost connection for so long.'),
    maxStreams: count.describe('Exchanges at once that the client takes.'),
    connectedAt: time,
  })
  .readonly();

const outage = z
  .object({
    at: time,
    awayMs: z.number().describe('-1 while it lasts; 0 where the next connection took over.'),
    attempts: count,
    code: z.string(),
    reason: z.string(),
  })
  .readonly();

const roundTrips = z
  .object({
    nowMs: milliseconds,
    minMs: milliseconds.describe('Of the last ten minutes.'),
    p95Ms: milliseconds,
    samples: z.array(z.number()).readonly().describe('One a second, the newest last; -1: none.'),
  })
  .readonly();

const figures = z
  .object({
    overMs: z.number().describe('What they cover, which is less while the tunnel is young.'),
    requests: count,
    errors: count.describe('Status 500 and above, or failed.'),
    refused: count.describe('Answered by the relay alone; not among `requests`.'),
    perSecond: z.number(),
    p50Ms: milliseconds.describe('To the end of the exchange; upgraded ones do not count.'),
    p90Ms: milliseconds,
    p99Ms: milliseconds,
    requestBytes: count,
    responseBytes: count,
  })
  .readonly();

const each = z.array(count).readonly();
const seconds = z
  .object({ requests: each, requestBytes: each, responseBytes: each })
  .readonly()
  .describe('The last 60 seconds, the newest last.');

const upstream = z
  .object({
    state: z.enum(['unknown', 'answers', 'refuses', 'fails']),
    since: time,
    lastAnswerAt: time,
    code: z.string(),
    reason: z.string(),
  })
  .readonly()
  .describe('By what became of the last request; nothing is asked of it only to find out.');

export const tunnel = z.object({
  name: z.string(),
  url: z.string(),
  target: z.string(),
  state: z.enum(['connecting', 'public', 'reconnecting', 'closing', 'closed']),
  reason: z.string().describe('Why it is not public; empty while it is.'),
  attempt: count.describe('Number of the next attempt; 0 without one.'),
  roundTripMs: z.number(),
  streams: count,
  sockets: count,
  since: time.describe('Since when it is in its state; Unix time in milliseconds.'),
  nextTryAt: time.describe('The next attempt; Unix time in milliseconds, 0 without one.'),
  link: link.optional().describe('What carries it, or carried it last.'),
  outages: z.array(outage).readonly().describe('The newest 50, the newest first.'),
  outageCount: count,
  roundTrips,
  minute: figures,
  quarter: figures.describe('The last 15 minutes.'),
  seconds,
  running: count.describe('Exchanges that run, of which `upgraded` were upgraded.'),
  upgraded: count,
  upstream,
});
