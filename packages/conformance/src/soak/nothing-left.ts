import { eventually, type ProcessRig } from '../rig/index.ts';
import { check } from './soak-run.ts';

/**
 * Ends both programs, which say then what they still have: it must be nothing, and nothing (a timer, a
 * socket) may keep them from ending.
 */
export async function expectNothingLeft(rig: ProcessRig): Promise<void> {
  rig.client.child.kill('SIGINT');
  await rig.client.said(/closing the tunnel;/);
  await rig.client.ended();
  rig.relay.child.kill('SIGTERM');
  const [, streams, visitors] = await rig.relay.said(/"streams":(\d+),"visitors":(\d+)/);
  check(streams === '0', `${streams} streams are left at the relay`);
  check(visitors === '0', `${visitors} visitors are left at the relay`);
  await eventually(
    () => rig.relay.exit,
    () => 'the relay goes on',
  );
}
