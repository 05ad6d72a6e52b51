import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { type WebSocket, WebSocketServer } from 'ws';
import { ClientSocket } from '../src/model/socket/client-socket';
import { FrameReader } from '../src/model/socket/frame-reader';
import { FrameWriter } from '../src/model/socket/frame-writer';
import { Parcel } from '../src/model/socket/parcel';
import { Outbox } from '../src/model/socket/outbox';

const MAX_BYTES = 2 * 1024 * 1024;

/** A frame as a client writes it. */
function masked(text: string): Buffer {
  const parcel = new Parcel();
  new FrameWriter().text(parcel, text);
  return parcel.frames;
}

/** Everything that a socket told, in order. */
function watch(url: string, headers: Record<string, string> = {}) {
  const told: string[] = [];
  let wake: () => void = () => undefined;
  const tell = (what: string) => {
    told.push(what);
    wake();
  };
  const socket = new ClientSocket(
    {
      url,
      headers,
      handshakeMs: 2_000,
      maxMessageBytes: MAX_BYTES,
      outbox: new Outbox(() => undefined),
    },
    {
      onOpen: () => tell('open'),
      onRefused: (status) => tell(`refused ${status}`),
      onText: (message) => tell(`text ${message.toString()}`),
      onPong: () => tell('pong'),
      onError: () => tell('error'),
      onClose: (code, reason) => tell(`close ${code} ${reason}`.trim()),
    },
  );
  const until = async (what: string) => {
    while (!told.includes(what)) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { socket, told, until };
}

describe('The socket to the model, against another reading of the protocol', () => {
  let server: WebSocketServer;
  let url: string;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: MAX_BYTES });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime?model=x`;
  });
  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  const accept = () =>
    once(server, 'connection') as Promise<
      [WebSocket, { url: string; headers: Record<string, string> }]
    >;

  it('carries its path and headers, and text of every length both ways', async () => {
    const accepted = accept();
    const { socket, until } = watch(url, { authorization: 'Bearer k' });
    const [peer, request] = await accepted;
    expect(request).toMatchObject({
      url: '/v1/realtime?model=x',
      headers: { authorization: 'Bearer k' },
    });
    expect(peer.extensions).toBe('');
    peer.on('message', (data: Buffer) => peer.send(data.toString()));
    await until('open');
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) {
      const text = 'é'.repeat(length / 2) + 'x'.repeat(length % 2);
      socket.send(text);
      await until(`text ${text}`);
    }
    socket.terminate();
    await until('close 1006');
  });

  it('joins a message that comes in fragments, with a ping between them', async () => {
    const accepted = accept();
    const { until, socket, told } = watch(url);
    const [peer] = await accepted;
    peer.send('one ', { fin: false });
    const ponged = once(peer, 'pong');
    peer.ping('are you there');
    peer.send('two ', { fin: false });
    peer.send('three', { fin: true });
    await until('text one two three');
    expect(String((await ponged)[0])).toBe('are you there');
    socket.ping();
    await until('pong');
    expect(told).not.toContain('error');
    socket.terminate();
  });

  it('closes when it is told to, and tells how the other side closed', async () => {
    const accepted = accept();
    const first = watch(url);
    const [peer] = await accepted;
    peer.close(4000, 'beta');
    await first.until('close 4000 beta');
    const again = accept();
    const second = watch(url);
    const [other] = await again;
    await second.until('open');
    const closed = once(other, 'close');
    second.socket.close(1000);
    expect((await closed)[0]).toBe(1000);
    await second.until('close 1000');
    second.socket.send('too late');
  });

  it('tells a connection that breaks from one that is closed', async () => {
    const accepted = accept();
    const { until } = watch(url);
    const [peer] = await accepted;
    peer.terminate();
    await until('close 1006');
  });

  it('refuses a binary message and one that is too long', async () => {
    const first = accept();
    const one = watch(url);
    const [peer] = await first;
    const closed = once(peer, 'close');
    peer.send(Buffer.from([1, 2]));
    expect((await closed)[0]).toBe(1003);
    await one.until('close 1003 a binary frame');
    const second = accept();
    const two = watch(url);
    const [other] = await second;
    const gone = once(other, 'close');
    other.on('error', () => undefined); // the rest of what it sends finds nobody
    other.send('x'.repeat(MAX_BYTES + 1));
    await gone;
    await two.until(`close 1009 a message is over ${MAX_BYTES} bytes`);
  });

  it('tells of a refused upgrade with its status, and of nobody there', async () => {
    const plain = createServer((connection: Socket) => {
      connection.once('data', () =>
        connection.end('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n'),
      );
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const refused = watch(`ws://127.0.0.1:${port}/`);
    await refused.until('close 1006');
    expect(refused.told).toEqual(['refused 429', 'close 1006']);
    plain.close();
    await once(plain, 'close');
    const nobody = watch(`ws://127.0.0.1:${port}/`);
    await nobody.until('close 1006');
    expect(nobody.told).toEqual(['error', 'close 1006']);
  });

  it('takes no answer to the handshake that does not fit', async () => {
    const plain = createServer((connection: Socket) => {
      connection.once('data', () =>
        connection.write(
          'HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: wrong\r\n\r\n',
        ),
      );
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { told, until } = watch(`ws://127.0.0.1:${(plain.address() as AddressInfo).port}/`);
    await until('close 1006');
    expect(told).toEqual(['error', 'close 1006']);
    plain.close();
  });
});

describe('The frames of a server', () => {
  /** One unmasked frame. */
  const frame = (opcode: number, payload: Buffer, isFinal = true): Buffer => {
    const { length } = payload;
    const head =
      length < 126
        ? Buffer.from([0, length])
        : length < 65_536
          ? Buffer.from([0, 126, length >> 8, length & 0xff])
          : Buffer.from([0, 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff]);
    head[0] = (isFinal ? 0x80 : 0) | opcode;
    return Buffer.concat([head, payload]);
  };
  const read = (pieces: readonly Buffer[]): string[] => {
    const texts: string[] = [];
    const reader = new FrameReader(
      {
        onText: (message) => texts.push(message.toString()),
        onPing: () => texts.push('(ping)'),
        onPong: () => texts.push('(pong)'),
        onClose: (code) => texts.push(`(close ${code})`),
      },
      MAX_BYTES,
    );
    for (const piece of pieces) reader.take(piece);
    return texts;
  };

  it('are read the same wherever the connection cuts them', () => {
    const message = fc.string({ unit: 'grapheme', maxLength: 300 });
    const messages = fc.array(
      fc.oneof(message, fc.constant('(ping)'), fc.constant('z'.repeat(70_000))),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        messages,
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        (texts, cuts) => {
          const bytes = Buffer.concat(
            texts.map((text) =>
              text === '(ping)' ? frame(9, Buffer.alloc(0)) : frame(1, Buffer.from(text)),
            ),
          );
          const pieces: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const to = at + (cuts[turn % cuts.length] ?? 1);
            pieces.push(bytes.subarray(at, to));
            at = to;
          }
          expect(read(pieces)).toEqual(texts);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a reserved bit', Buffer.from([0xc1, 0])],
    ['a mask', masked('x')],
    ['a ping in pieces', frame(9, Buffer.alloc(0), false)],
    ['an unknown kind', frame(3, Buffer.alloc(0))],
    ['a piece of no message', frame(0, Buffer.from('x'))],
    [
      'a message within a message',
      Buffer.concat([frame(1, Buffer.from('a'), false), frame(1, Buffer.from('b'))]),
    ],
    ['half a close code', frame(8, Buffer.from([3]))],
    ['text that is not UTF-8', frame(1, Buffer.from([0xff]))],
    ['a length beyond all bounds', Buffer.from([0x81, 127, 255, 255, 255, 255, 0, 0, 0, 0])],
  ])('that break the protocol are refused: %s', (_what, bytes) => {
    expect(() => read([bytes])).toThrow();
  });
});
