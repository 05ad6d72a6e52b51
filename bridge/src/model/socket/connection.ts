import { connect, type Socket } from 'node:net';
import type { TlsSessions } from './tls-sessions';

/**
 * Connects to where a WebSocket is to be.
 * @param target `ws:` or `wss:`.
 * @param buffer what comes is read into this one, and is good until the next read.
 * Source: https://nodejs.org/docs/latest-v20.x/api/net.html#new-netsocketoptions (onread)
 */
export function openConnection(
  target: URL,
  { readBuffer: buffer, tls }: { readonly readBuffer: Buffer; readonly tls: TlsSessions },
  onBytes: (bytes: Buffer) => void,
): Socket {
  const isSecure = target.protocol === 'wss:';
  const options = {
    host: target.hostname.replace(/^\[(.*)\]$/, '$1'), // an IPv6 address
    port: Number(target.port || (isSecure ? 443 : 80)),
    onread: {
      buffer,
      callback: (length: number) => {
        onBytes(buffer.subarray(0, length));
        return true;
      },
    },
  };
  return isSecure ? tls.connect(options) : connect(options);
}
