import { isSecretParameter } from '../settings/masking.ts';

/** The value of a parameter as it may be seen. */
export function maskField(name: string, value: string): string {
  return isSecretParameter(name) && value !== '' ? '***' : value;
}
