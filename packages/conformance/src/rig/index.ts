/**
 * The rig: a relay, a client and an origin, and raw visitors that look at bytes.
 *
 *   const rig = await startRig();              // domain `test`, name `one`, O echoes; in-process
 *   afterEach(() => rig.reset());              // visitors leave, O forgets, streams back to none
 *   afterAll(() => rig.close());
 *
 *   // O, a scripted TCP origin. Its strict reader counts requests and keeps exact bytes.
 *   rig.origin.answers('HTTP/1.1 204 No Content\r\n\r\n');          // same bytes for every request
 *   rig.origin.script = async (exchange) => {                       // or anything else
 *     exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
 *     await exchange.whole();                                       // the request body is all there
 *     exchange.end('hello');                                        // FIN; also .reset() = RST
 *   };
 *   const { request, connection } = await rig.origin.exchange(0);   // the first request's head is there
 *   request.startLine, .headers, .rawHead, .text, .trailers, .isComplete, .isAborted, .digest()
 *   await connection.gone();  connection.received;  connection.goRaw(); connection.raw;  // upgrades
 *
 *   // V, a raw visitor. Strings are latin1. Every wait has a 5 s guard and says what came instead.
 *   const v = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
 *   const response = await v.response();       // whole; .informational has its 1xx
 *   await v.head();                            // only its head; v.messages[0] fills on
 *   await v.when(() => v.messages[0]?.text === 'a', 'first event');
 *   await v.closed();                          // 'fin' or 'reset'
 *   v.raw                                      // bytes after a 101
 *
 *   // The four-part oracle: status at V, whole requests at O, a second V, nothing left behind.
 *   await oracle(rig, bytes, { status: 400 });
 *   await oracle(rig, bytes, { status: 200, requests: 1 });
 *
 * An upstream of node:http: `startRig({ upstream: { handler: (request, response) => … } })`; another
 * one altogether: `startRig({ upstream: { url } })`. The oracle needs O.
 * `startProcessRig()` runs the two programs instead; `rig.pids` with MemoryWatch measures them.
 * Nothing here sleeps: to show that nothing comes, let another exchange pass first (`rig.canary()`).
 */

export { type Handler, HandlerOrigin } from './handler-origin.ts';
export { HttpMessage } from './http-message.ts';
export { InProcessRig, startRig } from './in-process-rig.ts';
export { InspectorRig, type InspectorRigOptions } from './inspector-rig.ts';
export { MessageReader } from './message-reader.ts';
export { assertCleanOrigin, type Expected, type Judged, judge, oracle } from './oracle.ts';
export {
  CANARY,
  echo,
  Origin,
  type OriginConnection,
  type OriginExchange,
  type Script,
} from './origin.ts';
export {
  CLIENT,
  COLLECTING,
  clientProgram,
  ProcessRig,
  type ProcessRigOptions,
  Program,
  RELAY,
  startProcessRig,
  startRelayProgram,
} from './process-rig.ts';
export { MemoryWatch, residentBytes } from './resident.ts';
export { Rig, type RigOptions, type Upstream } from './rig.ts';
export { type Ended, type VisitOptions, Visitor } from './visitor.ts';
export { bytesOf, eventually, GUARD_MS, shown, Watch } from './watch.ts';
