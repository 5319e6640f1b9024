import { networkInterfaces } from 'node:os';

/**
 * The addresses by which this machine reaches others, as one text to compare. Without loopback, and
 * without link-local ones, which come and go with every container and virtual switch.
 */
export function networkAddresses(): string {
  const found: string[] = [];
  for (const addresses of Object.values(interfaces())) {
    for (const { address, internal } of addresses ?? []) {
      if (!internal && !LINK_LOCAL.test(address)) found.push(address);
    }
  }
  return found.sort().join(' ');
}

/** RFC 4291 section 2.5.6 and RFC 3927. */
const LINK_LOCAL = /^(fe[89ab][0-9a-f]:|169\.254\.)/i;

/** Where the system does not tell (some containers and phones), nothing ever changes. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
