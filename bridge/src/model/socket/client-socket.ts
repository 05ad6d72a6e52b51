import type { Socket } from 'node:net';
import { openConnection } from './connection';
import { FrameFault, FrameReader } from './frame-reader';
import { Handshake } from './handshake';
import type { Base64Slice } from '@realtime-phone/protocol/base64';
import { OPCODES } from './frame-writer';
import type { Outbox, Sender } from './outbox';
import type { Parcel } from './parcel';

/** What a socket tells. Nothing comes after `onClose`, which comes once. */
export interface ClientSocketListener {
  onOpen(): void;
  /**
   * The server answered with another status than 101; the close follows.
   * @param body the beginning of what it says.
   */
  onRefused(status: number, body: string): void;
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

/** How long the body of a refusal may take. */
const REFUSAL_MS = 500;
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
  readonly #connection: Socket;
  /** Until the connection is open: the head of an answer need not stay for the time of a call. */
  #handshake: Handshake | undefined;
  readonly #reader: FrameReader;
  #limit: NodeJS.Timeout;
  /** Frames that leave with the outbox, at the end of the turn at the latest. */
  #gathered: Parcel | undefined;
  readonly #isSecure: boolean;
  /** Parcels that TLS has not sent yet, the oldest first. */
  readonly #away: Parcel[] = [];
  readonly #onLeft = () => {
    const parcel = this.#away.shift();
    if (parcel !== undefined) this.#outbox.parcels.giveBack(parcel);
  };
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
    const target = new URL(url);
    this.#isSecure = target.protocol === 'wss:';
    const handshake = new Handshake(target, headers);
    this.#handshake = handshake;
    this.#reader = new FrameReader(
      {
        onText: (message) => {
          if (this.#state === 'open') this.#listener.onText(message);
        },
        onPing: (payload) => {
          if (this.#state === 'open') this.#control(OPCODES.pong, payload);
        },
        onPong: () => this.#listener.onPong(),
        onClose: (code, reason) => this.#answerClose(code, reason),
      },
      maxMessageBytes,
    );
    this.#connection = openConnection(target, outbox, (bytes) => this.#take(bytes));
    this.#watchConnection();
    this.#connection.write(handshake.request);
    this.#limit = setTimeout(
      () => this.#endOpening(new Error('the handshake timed out')),
      handshakeMs,
    );
  }

  /** True while messages may be sent. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Bytes that the other side has not taken yet. */
  get queuedBytes(): number {
    return (this.#gathered?.length ?? 0) + this.#unsentBytes;
  }

  /** Sends a text message; where the socket is not open it goes nowhere. */
  send(text: string): void {
    if (this.#state !== 'open') return;
    this.#outbox.writer.text(this.#parcel, text);
    this.#outbox.add(this);
  }

  /** Sends a text message that has audio between two texts of ASCII. */
  sendAudio(head: Uint8Array, audio: Base64Slice, tail: Uint8Array): void {
    if (this.#state !== 'open') return;
    const parcel = this.#parcel;
    if (parcel.audioSinceMs === 0) parcel.audioSinceMs = performance.now();
    this.#outbox.writer.around(parcel, head, audio, tail);
    this.#outbox.add(this);
  }

  /** Asks for a pong. */
  ping(): void {
    if (this.#state === 'open') this.#control(OPCODES.ping);
  }

  flush(nowMs: number): void {
    const parcel = this.#gathered;
    if (parcel === undefined) return;
    this.#gathered = undefined;
    const { parcels } = this.#outbox;
    if (parcel.audioSinceMs > 0) this.#outbox.noteHeld(nowMs - parcel.audioSinceMs);
    const connection = this.#connection;
    if (!connection.writable) return parcels.giveBack(parcel);
    if (this.#isSecure) {
      this.#away.push(parcel);
      connection.write(parcel.frames, this.#onLeft);
      this.#unsentBytes = connection.writableLength;
      return;
    }
    // In clear a write has mostly left at once, and to be told of it would cost more than the write.
    connection.write(parcel.frames);
    this.#unsentBytes = connection.writableLength;
    if (this.#unsentBytes === 0) parcels.giveBack(parcel);
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
    if (this.#state === 'opening') this.#endOpening(new Error('given up'));
    else this.#connection.destroy();
  }

  #watchConnection(): void {
    const connection = this.#connection;
    connection.on('drain', () => (this.#unsentBytes = 0));
    connection.on('end', () => {
      if (this.#state === 'opening') this.#endAnswer();
      connection.end();
    });
    // A connection that breaks is told by its close; why, stands in the reason.
    connection.on('error', (error) => {
      if (this.#state === 'opening') this.#endOpening(error);
      this.#closed ??= { code: BROKEN, reason: nameError(error) };
    });
    connection.on('close', () => {
      if (this.#state === 'opening') this.#endAnswer();
      this.#finish(this.#closed?.code ?? BROKEN, this.#closed?.reason ?? '');
    });
  }

  #take(bytes: Buffer): void {
    if (this.#state === 'opening') return this.#takeAnswer(bytes);
    if (this.#state !== 'closed') this.#read(bytes);
  }

  #takeAnswer(bytes: Buffer): void {
    const handshake = this.#handshake;
    if (handshake === undefined) return;
    const wasRefused = handshake.isRefused;
    let result;
    try {
      result = handshake.take(bytes);
    } catch (error) {
      return this.#endOpening(error as Error); // the handshake throws nothing else
    }
    if (result === undefined) {
      if (handshake.isRefused && !wasRefused) this.#watchRefusal();
      return;
    }
    if (!result.opened) return this.#refuse(result.status, result.body);
    clearTimeout(this.#limit);
    this.#state = 'open';
    this.#handshake = undefined;
    this.#connection.setNoDelay(true);
    this.#listener.onOpen();
    if (result.rest.length > 0) this.#read(result.rest);
  }

  /** What a refusal says helps to understand it, and is waited for a little. */
  #watchRefusal(): void {
    clearTimeout(this.#limit);
    this.#limit = setTimeout(() => this.#endAnswer(), REFUSAL_MS);
  }

  /** The server has said all that it says. */
  #endAnswer(): void {
    const result = this.#handshake?.end();
    if (result?.opened === false) this.#refuse(result.status, result.body);
    else this.#endOpening(new Error('the connection ended before the handshake'));
  }

  #refuse(status: number, body: string): void {
    this.#listener.onRefused(status, body);
    this.#endOpening();
  }

  #endOpening(error?: Error): void {
    if (this.#state !== 'opening') return;
    if (error !== undefined) this.#listener.onError(error);
    this.#connection.destroy();
    this.#finish(BROKEN, '');
  }

  #read(bytes: Buffer): void {
    try {
      this.#reader.take(bytes);
    } catch (error) {
      if (!(error instanceof FrameFault)) throw error;
      this.#closed ??= { code: error.closeCode, reason: error.message };
      this.#sendClose(error.closeCode);
      this.#connection.end();
      this.#connection.destroySoon();
    }
  }

  #answerClose(code: number, reason: string): void {
    this.#closed = { code, reason };
    const isEcho = this.#state === 'closing';
    this.#state = 'closing';
    if (!isEcho) this.#sendClose(code);
    this.#connection.end();
  }

  #control(opcode: 9 | 10, payload?: Uint8Array): void {
    this.#outbox.writer.control(this.#parcel, opcode, payload);
    this.#outbox.add(this);
  }

  /** What is to leave is written into this. */
  get #parcel(): Parcel {
    return (this.#gathered ??= this.#outbox.parcels.take());
  }

  /** What was gathered goes before it. */
  #sendClose(code: number): void {
    const { writer } = this.#outbox;
    if (code === NO_CODE) writer.control(this.#parcel, OPCODES.close);
    else writer.close(this.#parcel, code);
    this.flush(performance.now());
  }

  #finish(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    clearTimeout(this.#limit);
    this.#state = 'closed';
    this.#listener.onClose(code, reason);
  }
}

function nameError(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
