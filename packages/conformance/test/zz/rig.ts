export * from '../../src/rig/index.ts';
import { startRig as s } from '../../.scratch/naive.ts';
export const startRig = s as any;
