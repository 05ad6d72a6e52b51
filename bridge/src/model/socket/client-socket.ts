import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { FrameFault, FrameReader } from './frame-reader';
import type { Base64Slice } from '@realtime-phone/protocol/base64';
import { OPCODES } from './frame-writer';
import type { Outbox, Sender } from './outbox';
import { Parcel } from './parcel';

/** What a socket tells. Nothing comes after `onClose`, which comes once. */
export interface ClientSocketListener {
  onOpen(): void;
  /** The server answered with another status than 101; the answer is there to be read. */
  onRefused(answer: IncomingMessage): void;
  /** A text message; the bytes are good only during the call. */
  onText(message: Buffer): void;
  onPong(): void;
  /** Why it could not be opened; the close follows. */
  onError(error: Error): void;
  /** @param code as of the WebSocket protocol; 1006 where the connection just broke. */
  onClose(code: number, reason: string): void;
}

/** What is opened, and how. */
export interface ClientSocketOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly handshakeMs: number;
  readonly maxMessageBytes: number;
  readonly outbox: Outbox;
}

/** From RFC 6455 section 1.3. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const BROKEN = 1006;
/** For the absence of a code; it may not be sent. */
const NO_CODE = 1005;

/**
 * The client's end of a WebSocket, with what the model leg needs and no more: text both ways, pings,
 * no compression. Written here because framing is paid for with every frame of every call.
 * Source: https://www.rfc-editor.org/rfc/rfc6455
 */
export class ClientSocket implements Sender {
  readonly #listener: ClientSocketListener;
  readonly #outbox: Outbox;
  readonly #abandon: (error: Error) => void;
  #connection: Socket | undefined;
  /** Frames that leave with the outbox, at the end of the turn at the latest. */
  readonly #gathered = new Parcel();
  readonly #isSecure: boolean;
  readonly #onLeft = () => this.#gathered.giveBack();
  /** Since when audio is among it. */
  #audioSinceMs = 0;
  /** Written, and not taken by the kernel when that was last looked at. */
  #unsentBytes = 0;
  #state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  #closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(
    { url, headers, handshakeMs, maxMessageBytes, outbox }: ClientSocketOptions,
    listener: ClientSocketListener,
  ) {
    this.#listener = listener;
    this.#outbox = outbox;
    const key = randomBytes(16).toString('base64');
    const target = new URL(url);
    const isSecure = target.protocol === 'wss:';
    this.#isSecure = isSecure;
    target.protocol = isSecure ? 'https:' : 'http:';
    const request = (isSecure ? requestHttps : requestHttp)(target, {
      agent: false,
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
      },
      ...(isSecure && { ALPNProtocols: ['http/1.1'] }),
    });
    const limit = setTimeout(
      () => request.destroy(new Error('the handshake timed out')),
      handshakeMs,
    );
    this.#abandon = (error) => request.destroy(error);
    request.on('response', (answer) => {
      clearTimeout(limit);
      if (this.#state === 'opening') listener.onRefused(answer);
      answer.resume();
      answer.on('end', () => this.#finish(BROKEN, ''));
    });
    request.on('upgrade', (answer, connection: Socket, head) => {
      clearTimeout(limit);
      const wrong = findHandshakeFault(answer, key);
      if (wrong !== undefined || this.#state !== 'opening') {
        connection.destroy();
        if (wrong !== undefined) this.#fail(new Error(wrong));
        return this.#finish(BROKEN, '');
      }
      this.#open(connection, head, maxMessageBytes);
    });
    request.on('error', (error) => {
      clearTimeout(limit);
      this.#fail(error);
      this.#finish(BROKEN, '');
    });
    request.end();
  }

  /** True while messages may be sent. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Bytes that the other side has not taken yet. */
  get queuedBytes(): number {
    return this.#gathered.length + this.#unsentBytes;
  }

  /** Sends a text message; where the socket is not open it goes nowhere. */
  send(text: string): void {
    if (this.#state !== 'open') return;
    this.#outbox.writer.text(this.#gathered, text);
    this.#outbox.add(this);
  }

  /** Sends a text message that has audio between two texts of ASCII. */
  sendAudio(head: Uint8Array, audio: Base64Slice, tail: Uint8Array): void {
    if (this.#state !== 'open') return;
    if (this.#audioSinceMs === 0) this.#audioSinceMs = performance.now();
    this.#outbox.writer.around(this.#gathered, head, audio, tail);
    this.#outbox.add(this);
  }

  /** Asks for a pong. */
  ping(): void {
    if (this.#state === 'open') this.#control(OPCODES.ping);
  }

  flush(nowMs: number): void {
    const gathered = this.#gathered;
    if (gathered.length === 0) return;
    if (this.#audioSinceMs > 0) this.#outbox.noteHeld(nowMs - this.#audioSinceMs);
    this.#audioSinceMs = 0;
    const frames = gathered.take();
    const connection = this.#connection;
    if (connection?.writable !== true) return gathered.giveBack();
    if (this.#isSecure) {
      connection.write(frames, this.#onLeft);
      this.#unsentBytes = connection.writableLength;
      return;
    }
    // In clear a write has mostly left at once, and to be told of it would cost more than the write.
    connection.write(frames);
    this.#unsentBytes = connection.writableLength;
    if (this.#unsentBytes === 0) gathered.giveBack();
    else gathered.giveUp();
  }

  /** Says goodbye; the server closes the connection. */
  close(code: number): void {
    if (this.#state === 'opening') return this.terminate();
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#sendClose(code);
  }

  /** Breaks the connection off. */
  terminate(): void {
    if (this.#state === 'closed') return;
    if (this.#connection === undefined) this.#abandon(new Error('given up'));
    this.#connection?.destroy();
  }

  #open(connection: Socket, head: Buffer, maxMessageBytes: number): void {
    this.#connection = connection;
    this.#state = 'open';
    connection.setTimeout(0);
    connection.setNoDelay(true);
    const reader = new FrameReader(
      {
        onText: (message) => {
          if (this.#state === 'open') this.#listener.onText(message);
        },
        onPing: (payload) => {
          if (this.#state === 'open') this.#control(OPCODES.pong, payload);
        },
        onPong: () => this.#listener.onPong(),
        onClose: (code, reason) => this.#answerClose(connection, code, reason),
      },
      maxMessageBytes,
    );
    const read = (piece: Buffer) => {
      try {
        reader.take(piece);
      } catch (error) {
        if (!(error instanceof FrameFault)) throw error;
        this.#closed ??= { code: error.closeCode, reason: error.message };
        this.#sendClose(error.closeCode);
        connection.end();
        connection.destroySoon();
      }
    };
    connection.on('data', read);
    connection.on('drain', () => (this.#unsentBytes = 0));
    connection.on('end', () => connection.end());
    // A connection that breaks is told by its close; why, stands in the reason.
    connection.on(
      'error',
      (error) => (this.#closed ??= { code: BROKEN, reason: nameError(error) }),
    );
    connection.on('close', () =>
      this.#finish(this.#closed?.code ?? BROKEN, this.#closed?.reason ?? ''),
    );
    this.#listener.onOpen();
    if (head.length > 0) read(head);
  }

  #answerClose(connection: Socket, code: number, reason: string): void {
    this.#closed = { code, reason };
    const isEcho = this.#state === 'closing';
    this.#state = 'closing';
    if (!isEcho) this.#sendClose(code);
    connection.end();
  }

  #control(opcode: 9 | 10, payload?: Uint8Array): void {
    this.#outbox.writer.control(this.#gathered, opcode, payload);
    this.#outbox.add(this);
  }

  /** What was gathered goes before it. */
  #sendClose(code: number): void {
    const { writer } = this.#outbox;
    if (code === NO_CODE) writer.control(this.#gathered, OPCODES.close);
    else writer.close(this.#gathered, code);
    this.flush(performance.now());
  }

  #fail(error: Error): void {
    if (this.#state !== 'closed') this.#listener.onError(error);
  }

  #finish(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#listener.onClose(code, reason);
  }
}

function nameError(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

function findHandshakeFault(answer: IncomingMessage, key: string): string | undefined {
  const { upgrade, 'sec-websocket-accept': accept } = answer.headers;
  const expected = createHash('sha1')
    .update(key + MAGIC)
    .digest('base64');
  if (upgrade?.toLowerCase() !== 'websocket') return 'the upgrade leads to no WebSocket';
  if (accept !== expected) return 'the answer to the handshake does not fit';
  if (answer.headers['sec-websocket-extensions'] !== undefined)
    return 'the server wants an extension that was not offered';
  return undefined;
}
