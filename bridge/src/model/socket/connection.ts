import { connect as connectInClear, isIP, type Socket } from 'node:net';
import { connect as connectWithTls } from 'node:tls';

/**
 * Connects to where a WebSocket is to be.
 * @param target `ws:` or `wss:`.
 * @param buffer what comes is read into this one, and is good until the next read.
 * Source: https://nodejs.org/docs/latest-v20.x/api/net.html#new-netsocketoptions (onread)
 */
export function openConnection(
  target: URL,
  buffer: Buffer,
  onBytes: (bytes: Buffer) => void,
): Socket {
  const isSecure = target.protocol === 'wss:';
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1'); // an IPv6 address
  const options = {
    host,
    port: Number(target.port || (isSecure ? 443 : 80)),
    onread: {
      buffer,
      callback: (length: number) => {
        onBytes(buffer.subarray(0, length));
        return true;
      },
    },
  };
  if (!isSecure) return connectInClear(options);
  return connectWithTls({
    ...options,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 && { servername: host }),
  });
}
