import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ClientSocket } from '../src/model/socket/client-socket';
import { Handshake } from '../src/model/socket/handshake';
import { Outbox } from '../src/model/socket/outbox';

const TARGET = new URL('ws://model.example:8080/v1/realtime?model=x');

/** The answer of a server that takes the handshake. */
function answerTo(request: string, more = ''): string {
  const key = /^Sec-WebSocket-Key: (.+)$/m.exec(request)?.[1]?.trim() ?? '';
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nconnection: upgrade\r\nSEC-WEBSOCKET-ACCEPT:${accept}\r\n${more}\r\n`;
}

const take = (handshake: Handshake, text: string) => handshake.take(Buffer.from(text));

describe('The handshake with a model', () => {
  it('asks for a WebSocket at the address, with the headers that it was given', () => {
    const { request } = new Handshake(TARGET, { Authorization: 'Bearer k' });
    expect(request.split('\r\n')).toEqual([
      'GET /v1/realtime?model=x HTTP/1.1',
      'Host: model.example:8080',
      'Authorization: Bearer k',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      expect.stringMatching(/^Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==$/) as string,
      '',
      '',
    ]);
  });

  it('sends no header that would be two', () => {
    expect(() => new Handshake(TARGET, { Authorization: 'k\r\nX-Other: 1' })).toThrow(
      'Invalid character in header content',
    );
  });

  it('is read the same wherever the connection cuts the answer, and keeps what comes behind it', () => {
    for (let piece = 1; piece < 40; piece += 1) {
      const handshake = new Handshake(TARGET, {});
      const answer = answerTo(handshake.request);
      for (let at = 0; at + piece < answer.length; at += piece)
        expect(take(handshake, answer.slice(at, at + piece))).toBeUndefined();
      const left = answer.length % piece === 0 ? piece : answer.length % piece;
      const result = take(handshake, `${answer.slice(answer.length - left)}rest`);
      expect(result).toEqual({ opened: true, rest: Buffer.from('rest') });
    }
  });

  it('waits for the answer behind one that says to wait', () => {
    const handshake = new Handshake(TARGET, {});
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
    expect(take(handshake, early + answerTo(handshake.request))).toMatchObject({ opened: true });
  });

  it('gives the status of a refusal and the beginning of what it says', () => {
    const body = '{"error":{"code":"insufficient_quota"}}';
    const known = new Handshake(TARGET, {});
    expect(take(known, 'HTTP/1.1 429 x\r\ncontent-length: 39\r\n\r\n')).toBeUndefined();
    expect(known.isRefused).toBe(true);
    expect(take(known, body)).toEqual({ opened: false, status: 429, body });
    const open = new Handshake(TARGET, {});
    expect(take(open, `HTTP/1.1 401 Unauthorized\r\n\r\n${body}`)).toBeUndefined();
    expect(open.end()).toEqual({ opened: false, status: 401, body });
    const long = new Handshake(TARGET, {});
    expect(take(long, `HTTP/1.0 500\r\n\r\n${'x'.repeat(9_000)}`)).toMatchObject({
      body: 'x'.repeat(4_096),
    });
  });

  it.each([
    ['what is no HTTP', () => 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'the answer is no HTTP'],
    ['a header that is none', () => 'HTTP/1.1 101 x\r\nwhat\r\n\r\n', 'the answer is no HTTP'],
    ['a head without an end', () => 'HTTP/1.1 101 x\r\n'.padEnd(17_000, 'a'), 'is too long'],
    ['another upgrade', () => 'HTTP/1.1 101 x\r\nupgrade: h2c\r\n\r\n', 'leads to no WebSocket'],
    [
      'an extension that nobody offered',
      (asked: string) => answerTo(asked, 'sec-websocket-extensions: permessage-deflate\r\n'),
      'an extension that was not offered',
    ],
    ['the answer to another', () => answerTo('Sec-WebSocket-Key: x'), 'does not fit'],
  ])('takes no answer that is %s', (_what, answer, why) => {
    const handshake = new Handshake(TARGET, {});
    expect(() => take(handshake, answer(handshake.request))).toThrow(why);
  });
});

describe('A server that does not finish its answer', () => {
  /** What a socket tells of a server that says this and no more. */
  async function meet(answer: string, ends: boolean, handshakeMs = 2_000): Promise<string[]> {
    const server = createServer((connection: Socket) => {
      connection.on('error', () => undefined);
      connection.once('data', () => (ends ? connection.end(answer) : connection.write(answer)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on a port
    const told: string[] = [];
    await new Promise<void>((resolve) => {
      const socket = new ClientSocket(
        {
          ...{ url: `ws://127.0.0.1:${port}/`, headers: {}, handshakeMs, maxMessageBytes: 1_000 },
          outbox: new Outbox(() => undefined),
        },
        {
          onOpen: () => told.push('open'),
          onRefused: (status, body) => told.push(`refused ${status} ${body}`),
          onText: () => undefined,
          onPong: () => undefined,
          onError: ({ message }) => told.push(message),
          onClose: (code) => {
            told.push(`close ${code}, ${socket.isOpen ? 'open' : 'not open'}`);
            resolve();
          },
        },
      );
    });
    server.close();
    return told;
  }

  it('is waited for a little where it refuses, and then told of', async () => {
    const told = await meet('HTTP/1.1 403 x\r\ncontent-length: 99\r\n\r\nno', false);
    expect(told).toEqual(['refused 403 no', 'close 1006, not open']);
  });

  it('is told of at once where it goes away', async () => {
    expect(await meet('HTTP/1.1 403 x\r\ncontent-length: 99\r\n\r\nno', true)).toEqual([
      'refused 403 no',
      'close 1006, not open',
    ]);
    expect(await meet('HTTP/1.1 101', true)).toEqual([
      'the connection ended before the handshake',
      'close 1006, not open',
    ]);
  });

  it('is given up where it says nothing', async () => {
    expect(await meet('', false, 50)).toEqual(['the handshake timed out', 'close 1006, not open']);
  });
});
