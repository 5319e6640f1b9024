import { Buffer } from 'node:buffer';
import { type Latin1, portableLatin1 } from '@sellia/protocol';

/** Node's own conversion where the bytes are a Buffer, as all received and pooled ones are. */
export const nativeLatin1: Latin1 = {
  write(target, offset, text) {
    if (Buffer.isBuffer(target)) target.write(text, offset, 'latin1');
    else portableLatin1.write(target, offset, text);
  },
  read(bytes, start, end) {
    return Buffer.isBuffer(bytes)
      ? bytes.toString('latin1', start, end)
      : portableLatin1.read(bytes, start, end);
  },
};
