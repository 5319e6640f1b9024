import type { ExchangeTiming } from '../api/types.ts';

/** Where a step takes place; its colour. */
export type StepPlace = 'link' | 'client' | 'upstream' | 'visitor';

/** One bar of the waterfall. Milliseconds from the beginning of the whole. */
export interface Step {
  readonly label: string;
  readonly place: StepPlace;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What an exchange spent its time on, as far as that was told. With the relay's times all begins when it
 * had the request, without them when the client had it.
 */
export function stepsOf(timing: ExchangeTiming): Step[] {
  const up = timing.visitorTotalMs < 0 ? 0 : wayUp(timing);
  return [...relaySteps(timing, up), ...localSteps(timing, up), ...visitorSteps(timing, up)];
}

/** From the relay to the client; two clocks, so it is an estimate and may come out below nothing. */
export function wayUp({ relayMs, clockDifferenceMs = 0 }: ExchangeTiming): number {
  return Math.max(0, relayMs - clockDifferenceMs);
}

function relaySteps({ visitorTotalMs }: ExchangeTiming, up: number): Step[] {
  return visitorTotalMs < 0 ? [] : [step('Relay to client', 'link', 0, up)];
}

function localSteps(timing: ExchangeTiming, up: number): Step[] {
  const { connectMs, isReused, requestSentMs, firstByteMs, responseEndMs, durationMs } = timing;
  const steps: Step[] = [];
  const add = (label: string, place: StepPlace, from: number, to: number): void => {
    if (from >= 0 && to >= 0) steps.push(step(label, place, up + from, up + to));
  };
  const connect = isReused ? 'Connection to your app, kept open' : 'Connect to your app';
  add(connect, 'client', 0, connectMs);
  add('Send the request', 'client', connectMs, requestSentMs);
  // An answer may come before all of the request is sent.
  const asked = requestSentMs >= 0 && requestSentMs <= firstByteMs ? requestSentMs : connectMs;
  add('Wait for your app', 'upstream', Math.max(0, asked), firstByteMs);
  const end = responseEndMs >= 0 ? responseEndMs : durationMs;
  add('Receive the answer', 'upstream', firstByteMs, end);
  return steps;
}

function visitorSteps(timing: ExchangeTiming, up: number): Step[] {
  const { firstByteMs, visitorFirstByteMs, visitorTotalMs } = timing;
  if (visitorFirstByteMs < 0) return [];
  const answered = firstByteMs < 0 ? visitorFirstByteMs : up + firstByteMs;
  return [
    step('Client to relay', 'link', Math.min(answered, visitorFirstByteMs), visitorFirstByteMs),
    step('Out to the visitor', 'visitor', visitorFirstByteMs, visitorTotalMs),
  ];
}

function step(label: string, place: StepPlace, startMs: number, endMs: number): Step {
  return { label, place, startMs, endMs: Math.max(startMs, endMs) };
}
