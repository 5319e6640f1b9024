import { bore } from './bore.ts';
import { chisel } from './chisel.ts';
import { direct } from './direct.ts';
import { frp } from './frp.ts';
import { localtunnel } from './localtunnel.ts';
import { nginxProxy } from './nginx-proxy.ts';
import { httpProxy, nodeProxy } from './node-proxy.ts';
import { piko } from './piko.ts';
import { rathole } from './rathole.ts';
import {
  type SelliaOptions,
  selliaCliSubject,
  selliaInspected,
  selliaSubject,
  selliaWithoutResume,
} from './sellia.ts';
import { ssh } from './ssh.ts';
import type { Subject } from './subject.ts';

/** Every subject there is, in the order of the tables. */
export function allSubjects(options: SelliaOptions): Subject[] {
  const own = [
    selliaSubject(options),
    selliaWithoutResume(options),
    selliaInspected(options),
    selliaCliSubject(options),
  ];
  const proxies = [direct, nginxProxy, nodeProxy, httpProxy];
  return [...proxies, ...own, ssh, localtunnel, frp, chisel, bore, rathole, piko];
}
