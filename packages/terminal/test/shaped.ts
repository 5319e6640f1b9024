/** Says how it was started, once it runs as it wants to. */
import { shapeHeap } from '../src/heap.ts';

shapeHeap();
const { pid, execArgv, argv } = process;
process.stdout.write(JSON.stringify({ pid, execArgv, args: argv.slice(2) }));
if (process.connected) process.disconnect();
