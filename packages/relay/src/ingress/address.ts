import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** `::ffff:192.0.2.1`, as dual-stack sockets report IPv4 peers. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The address as people write it: IPv4 out of its IPv6 wrapping, no zone. */
export function plainAddress(address: string): string {
  const zone = address.indexOf('%');
  const bare = zone < 0 ? address : address.slice(0, zone);
  return MAPPED.exec(bare)?.[1] ?? bare;
}

/** Proxies whose word on a visitor's address, host and scheme is taken. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** `ranges`: addresses and CIDR ranges. Throws RangeError, naming the one that is neither. */
  constructor(ranges: readonly string[]) {
    this.#isEmpty = ranges.length === 0;
    for (const range of ranges) this.#add(range);
  }

  has(address: string): boolean {
    if (this.#isEmpty) return false;
    const family = familyOf(address);
    return family !== undefined && this.#list.check(address, family);
  }

  #add(range: string): void {
    const [address = '', prefix, ...rest] = range.trim().split('/');
    const family = familyOf(address);
    const most = family === 'ipv4' ? 32 : 128;
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most);
    if (family === undefined || !isPrefix || rest.length > 0) {
      throw new RangeError(`${JSON.stringify(range)} is neither an address nor a CIDR range`);
    }
    if (prefix === undefined) this.#list.addAddress(address, family);
    else this.#list.addSubnet(address, Number(prefix), family);
  }
}

/** The address in an entry of X-Forwarded-For: port, brackets and zone taken off; or undefined. */
export function addressOfEntry(entry: string): string | undefined {
  const bracketed = /^\[([^\]]{2,64})\](?::\d{1,5})?$/.exec(entry)?.[1];
  const withPort = /^([\d.]{7,15}):\d{1,5}$/.exec(entry)?.[1];
  const address = plainAddress(bracketed ?? withPort ?? entry);
  return isIP(address) === 0 ? undefined : address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}
