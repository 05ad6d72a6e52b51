import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, createServer, type Server } from 'node:tls';
import { type Certificate, makeCertificate } from '../simulator/model/certificate';
import { TlsSessions } from '../bridge/src/model/socket/tls-sessions';

const HOST = 'localhost';
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A server that greets whoever connects. */
async function startServer({ key, cert }: Certificate): Promise<Server> {
  const server = createServer({ key, cert }, (socket) => {
    socket.on('error', () => undefined);
    socket.write('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('Sessions of TLS', () => {
  let certificate: Certificate;
  let sessions: TlsSessions;
  let server: Server;

  beforeAll(async () => (certificate = await makeCertificate()));
  beforeEach(async () => {
    sessions = new TlsSessions(createSecureContext({ ca: certificate.cert }));
    server = await startServer(certificate);
  });
  afterEach(() => server.close());

  /** Connects, and stays until there is a session. @returns whether an older one went on. */
  async function isReused(port = portOf(server)): Promise<boolean> {
    const socket = sessions.connect({ host: HOST, port });
    const given = once(socket, 'session');
    await once(socket, 'data');
    expect(socket.authorized).toBe(true);
    const answer = socket.isSessionReused();
    if (!answer) await given;
    socket.destroy();
    return answer;
  }

  it('go on with the next call', async () => {
    expect(await isReused()).toBe(false);
    expect(await isReused()).toBe(true);
    expect(await isReused()).toBe(true);
  });

  it('do not go on elsewhere', async () => {
    await isReused();
    const other = await startServer(certificate);
    expect(await isReused(portOf(other))).toBe(false);
    other.close();
  });

  it('are begun anew where the server does not know them any more', async () => {
    await isReused();
    server.setTicketKeys(randomBytes(48));
    expect(await isReused()).toBe(false);
    expect(await isReused()).toBe(true);
  });

  it('are forgotten where a connection fails', async () => {
    await isReused();
    server.once('connection', (socket: Socket) => socket.resetAndDestroy());
    const refused = sessions.connect({ host: HOST, port: portOf(server) });
    await once(refused, 'error');
    expect(await isReused()).toBe(false);
  });

  it('are of the newest hosts alone', async () => {
    await isReused();
    const others = await Promise.all(Array.from({ length: 16 }, () => startServer(certificate)));
    for (const other of others) await isReused(portOf(other));
    expect(await isReused(portOf(others[15] ?? server))).toBe(true);
    expect(await isReused()).toBe(false);
    for (const other of others) other.close();
  });

  it('do not stand for a certificate: one of nobody known is refused', async () => {
    const strange = new TlsSessions();
    const socket = strange.connect({ host: HOST, port: portOf(server) });
    const [error] = (await once(socket, 'error')) as [Error & { code?: string }];
    expect(error.code).toMatch(/SELF_SIGNED_CERT/);
  });
});
