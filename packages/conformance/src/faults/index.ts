/**
 * What networks do to tunnels, on purpose and on a clock.
 *
 *   await using proxy = await FaultProxy.start({ host: '127.0.0.1', port: relay.port });
 *   const tunnel = await connect({ server: proxy.url, upstream });   // or a visitor: port proxy.port
 *
 *   proxy.cut('rst');                  // every connection, now; 'fin' too
 *   proxy.cut('rst', 'near');          // who dialled is told, the relay is left with a ghost
 *   proxy.blackHole('both');           // nothing passes, nobody is told; 'up' or 'down' alone
 *   proxy.refuse();  await proxy.accept();
 *   proxy.delay(100);  proxy.throttle(64 * 1024);  proxy.slice(1, 0);  proxy.halfClose('up');
 *   await proxy.heal();                // what waited goes on
 *
 *   const schedule = faultSchedule(seed, { durationMs: 10_000, faults: ['cut', 'black-hole'] });
 *   await new FaultRun(proxy, schedule, systemClock).done;          // on failure: scheduleText(seed, schedule)
 *
 *   const missing = namespacesMissing();                             // not root, no `ip`: skip, with this word
 *   await using pair = await NamespacePair.create();                 // two network stacks and a cable
 *   const relay = pair.relay.spawn(process.execPath, ['relay.ts']);
 *   await pair.client.link('down');  await pair.client.moveTo(pair.spareAddress);
 *   await pair.drop('up');  await pair.heal();
 */

export type { Direction, Fault, FaultKind, Side } from './fault.ts';
export { faultText } from './fault.ts';
export { type FaultCounts, FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
export { FaultRun, type Faulty } from './fault-run.ts';
export {
  type FaultSchedule,
  faultSchedule,
  type ScheduleOptions,
  scheduleText,
  type TimedFault,
} from './fault-schedule.ts';
export { type Distance, longCableMissing } from './long-cable.ts';
export { Namespace } from './namespace.ts';
export { NamespacePair, namespacesMissing } from './namespaces.ts';
