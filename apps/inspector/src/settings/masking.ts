import * as rules from '@sellia/inspector/browser';
import { useServerSettings } from './server-settings.ts';

/** What is covered here: the rules that HAR files follow, and the names that somebody has added. */

let added = rules.moreSecrets([]);
let names: readonly string[] = [];

/** Names beyond those that are secrets anyway. */
export function addedSecrets(): rules.MoreSecrets {
  const { redact = names } = useServerSettings.getState().values ?? {};
  if (redact !== names) {
    names = redact;
    added = rules.moreSecrets(redact);
  }
  return added;
}

export function maskHeader(name: string, value: string): string {
  return rules.maskHeader(name, value, addedSecrets());
}

export function maskHeaders(lines: rules.HeaderLines): string[] {
  return rules.maskHeaders(lines, addedSecrets());
}

export function maskTarget(target: string): string {
  return rules.maskTarget(target, addedSecrets());
}

export function maskBody(body: Uint8Array, type: string): Uint8Array {
  return rules.maskBody(body, type, addedSecrets());
}

export function isSecretParameter(name: string): boolean {
  return rules.isSecretParameter(name, addedSecrets());
}
