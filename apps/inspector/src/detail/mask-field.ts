import { isSecretParameter } from '@sellia/inspector/browser';

/** The value of a parameter as it may be seen. */
export function maskField(name: string, value: string): string {
  return isSecretParameter(name) && value !== '' ? '***' : value;
}
