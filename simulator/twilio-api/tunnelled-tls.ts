import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A proxy that ends the TLS of every host under twilio.com itself, and lets nothing else through. */
export interface TunnelledTls {
  /** For a child process: `HTTP_PROXY` and `NODE_EXTRA_CA_CERTS`. */
  readonly environment: Readonly<Record<'HTTP_PROXY' | 'NODE_EXTRA_CA_CERTS', string>>;
  close(): Promise<void>;
}

/** Starts one on free ports of loopback; every request is handed to the answer, with its Host. */
export async function tunnelTls(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TunnelledTls> {
  const { key, cert } = await makeCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'twilio-api-'));
  const certPath = join(folder, 'certificate.pem');
  await writeFile(certPath, cert);
  const api = createTlsServer({ key, cert }, answer);
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, socket) => {
    socket.on('error', () => socket.destroy());
    if (!/^[a-z.-]+\.twilio\.com:443$/.test(request.url ?? '')) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    api.emit('connection', socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo; // it listens on a port, not on a pipe
  return {
    environment: { HTTP_PROXY: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: certPath },
    close: async () => {
      api.closeAllConnections();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const pems = await generate([{ name: 'commonName', value: 'twilio.com' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: '*.twilio.com' }] },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
