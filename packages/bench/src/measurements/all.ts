import type { Measurement } from '../measurement.ts';
import { bulkMeasurement } from './bulk.ts';
import { fairness } from './fairness.ts';
import { requestsMeasurement } from './requests.ts';
import { resident } from './resident.ts';
import { stall } from './stall.ts';
import { websocketMeasurement } from './websocket.ts';

/** In the order of the tables. Those of one upstream run on the same processes, small before bulk. */
export const MEASUREMENTS: readonly Measurement[] = [
  requestsMeasurement(50),
  requestsMeasurement(1),
  bulkMeasurement('download', 1),
  bulkMeasurement('download', 8),
  bulkMeasurement('upload', 1),
  bulkMeasurement('upload', 8),
  websocketMeasurement(1),
  websocketMeasurement(100),
  fairness,
  stall,
  resident,
];
