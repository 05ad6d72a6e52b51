import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, LookupFunction, Socket } from 'node:net';
import { createSecureContext, createServer, type Server } from 'node:tls';
import { TlsSessions } from '../bridge/src/model/socket/tls-sessions';
import { type Certificate, makeCertificate } from '../simulator/model/certificate';

const HOST = 'localhost';
/** Servers that share their keys could go on with each other's sessions. */
const TICKET_KEYS = randomBytes(48);
const HOUR_MS = 3_600_000;
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Gives a name several addresses. */
const addresses =
  (...all: readonly string[]): LookupFunction =>
  (_host, _options, tell) =>
    tell(
      null,
      all.map((address) => ({ address, family: 4 })),
    );

/** A server that greets whoever connects. */
async function startServer({ key, cert }: Certificate): Promise<Server> {
  const server = createServer({ key, cert, ticketKeys: TICKET_KEYS }, (socket) => {
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
  afterEach(() => {
    server.close();
    jest.restoreAllMocks();
  });

  /** Connects, and stays until there is a session. @returns whether an older one went on. */
  async function isReused(
    port = portOf(server),
    { host = HOST, lookup = addresses('127.0.0.1') } = {},
  ): Promise<boolean> {
    const socket = sessions.connect({ host, port, lookup });
    const given = once(socket, 'session');
    await once(socket, 'data');
    expect(socket.authorized).toBe(true);
    const answer = socket.isSessionReused();
    if (!answer) await given;
    socket.destroy();
    return answer;
  }

  const refuse = async (host: string, port = portOf(server)): Promise<string | undefined> => {
    const socket = sessions.connect({ host, port, lookup: addresses('127.0.0.1') });
    let code: string | undefined;
    socket.once('error', (error: NodeJS.ErrnoException) => (code = error.code));
    await new Promise((resolve) => socket.once('close', resolve));
    return code;
  };

  it('go on with the next call', async () => {
    expect(await isReused()).toBe(false);
    expect(await isReused()).toBe(true);
    expect(await isReused()).toBe(true);
  });

  it('go on where the first address of a host does not answer', async () => {
    const lookup = addresses('127.0.0.2', '127.0.0.1');
    expect(await isReused(undefined, { lookup })).toBe(false);
    expect(await isReused(undefined, { lookup })).toBe(true);
  });

  it('do not go on elsewhere', async () => {
    await isReused();
    const other = await startServer(certificate);
    expect(await isReused(portOf(other))).toBe(false);
    expect(await isReused(undefined, { host: '127.0.0.1' })).toBe(false);
    expect(await isReused(undefined, { host: '127.0.0.1' })).toBe(true);
    other.close();
  });

  it('are begun anew where the server does not know them any more', async () => {
    await isReused();
    server.setTicketKeys(randomBytes(48));
    expect(await isReused()).toBe(false);
    expect(await isReused()).toBe(true);
  });

  it('are begun anew after an hour, however often they went on', async () => {
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    await isReused();
    clock.mockReturnValue(now + HOUR_MS - 1);
    expect(await isReused()).toBe(true);
    clock.mockReturnValue(now + HOUR_MS);
    expect(await isReused()).toBe(false);
    expect(await isReused()).toBe(true);
  });

  it('are forgotten where a connection breaks before it is there', async () => {
    await isReused();
    server.once('connection', (socket: Socket) => socket.resetAndDestroy());
    await refuse(HOST);
    expect(await isReused()).toBe(false);
  });

  it('are forgotten where a connection is given up before it is there', async () => {
    await isReused();
    const socket = sessions.connect({ host: HOST, port: portOf(server) });
    socket.destroy();
    await once(socket, 'close');
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

  it('do not stand for a name that the certificate has not, the second time as the first', async () => {
    await isReused();
    expect(await refuse('other.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await refuse('other.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await isReused()).toBe(true);
  });

  it('do not stand for an authority of nobody known, the second time as the first', async () => {
    const strange = await startServer(await makeCertificate());
    const unknown = /SELF_SIGNED|UNABLE_TO_VERIFY/;
    expect(await refuse(HOST, portOf(strange))).toMatch(unknown);
    expect(await refuse(HOST, portOf(strange))).toMatch(unknown);
    strange.close();
  });
});
