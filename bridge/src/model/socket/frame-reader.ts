import { isUtf8 } from 'node:buffer';
import { OPCODES } from './frame-writer';

/** What a server sent. */
export interface FrameListener {
  /** A text message, whole. The bytes are good only during the call. */
  onText(message: Buffer): void;
  onPing(payload: Buffer): void;
  onPong(): void;
  /** @param code 1005 where the server gave none. */
  onClose(code: number, reason: string): void;
}

/** The server broke the protocol: with which code to close, and why. */
export class FrameFault extends Error {
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

const MOST_OF_CONTROL = 125;
const NO_CODE = 1005;
const EMPTY = Buffer.alloc(0);

/** The head of a frame, as far as it has been read. */
interface Head {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly length: number;
  /** Bytes that the head itself takes. */
  readonly bytes: number;
}

/**
 * Reads the frames of a server out of what comes over a connection, in pieces of any size.
 * Source: https://www.rfc-editor.org/rfc/rfc6455#section-5
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #maxMessageBytes: number;
  /** Came, and makes no whole frame yet. */
  #pieces: Buffer[] = [];
  #piecesBytes = 0;
  /** How much there must be before it is worth looking again. */
  #neededBytes = 2;
  /** Frames of a message that is not whole yet. */
  #fragments: Buffer[] = [];
  #fragmentsBytes = 0;
  #isClosed = false;

  constructor(listener: FrameListener, maxMessageBytes: number) {
    this.#listener = listener;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /**
   * Takes what came; the bytes are good only during the call.
   * @throws FrameFault where the server breaks the protocol, or a message is too long.
   */
  take(piece: Buffer): void {
    if (this.#isClosed) return;
    if (this.#piecesBytes === 0) return this.#keep(this.#readFrames(piece));
    this.#piecesBytes += piece.length;
    if (this.#piecesBytes < this.#neededBytes) {
      this.#pieces.push(Buffer.from(piece));
      return;
    }
    this.#pieces.push(piece);
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#piecesBytes = 0;
    this.#keep(this.#readFrames(all));
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0 || this.#isClosed) return;
    this.#pieces = [Buffer.from(rest)];
    this.#piecesBytes = rest.length;
  }

  /** @returns what is left behind the last whole frame. */
  #readFrames(data: Buffer): Buffer {
    let at = 0;
    while (!this.#isClosed) {
      const head = this.#readHead(data, at);
      const left = data.length - at;
      const needed = head === undefined ? left + 1 : head.bytes + head.length;
      if (head === undefined || needed > left) {
        this.#neededBytes = needed;
        return at === 0 ? data : data.subarray(at);
      }
      const from = at + head.bytes;
      at = from + head.length;
      this.#takeFrame(head, data.subarray(from, at));
    }
    return EMPTY;
  }

  #readHead(data: Buffer, at: number): Head | undefined {
    const left = data.length - at;
    if (left < 2) return undefined;
    const first = data.readUInt8(at);
    const second = data.readUInt8(at + 1);
    if ((first & 0x70) !== 0) throw new FrameFault(1002, 'a reserved bit is set');
    if ((second & 0x80) !== 0) throw new FrameFault(1002, 'a frame of the server is masked');
    const short = second & 0x7f;
    const bytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (left < bytes) return undefined;
    const length =
      short < 126
        ? short
        : short === 126
          ? data.readUInt16BE(at + 2)
          : data.readUInt32BE(at + 2) * 2 ** 32 + data.readUInt32BE(at + 6);
    const head = { isFinal: (first & 0x80) !== 0, opcode: first & 0x0f, length, bytes };
    this.#checkHead(head);
    return head;
  }

  #checkHead({ isFinal, opcode, length }: Head): void {
    if (opcode >= OPCODES.close && (!isFinal || length > MOST_OF_CONTROL))
      throw new FrameFault(1002, 'a control frame is too long or in pieces');
    if (this.#fragmentsBytes + length > this.#maxMessageBytes)
      throw new FrameFault(1009, `a message is over ${this.#maxMessageBytes} bytes`);
  }

  #takeFrame({ isFinal, opcode }: Head, payload: Buffer): void {
    switch (opcode) {
      case OPCODES.text:
        if (this.#fragments.length > 0) throw new FrameFault(1002, 'a message within a message');
        if (isFinal) return this.#tell(payload);
        return this.#keepFragment(payload);
      case OPCODES.continuation:
        if (this.#fragments.length === 0) throw new FrameFault(1002, 'a piece of no message');
        this.#keepFragment(payload);
        if (isFinal) this.#tell(this.#joinFragments());
        return;
      case OPCODES.binary:
        throw new FrameFault(1003, 'a binary frame');
      case OPCODES.ping:
        return this.#listener.onPing(payload);
      case OPCODES.pong:
        return this.#listener.onPong();
      case OPCODES.close: {
        this.#isClosed = true;
        if (payload.length === 1) throw new FrameFault(1002, 'half a close code');
        const code = payload.length >= 2 ? payload.readUInt16BE() : NO_CODE;
        return this.#listener.onClose(code, payload.subarray(2).toString());
      }
      default:
        throw new FrameFault(1002, `an unknown kind of frame, ${opcode}`);
    }
  }

  #keepFragment(payload: Buffer): void {
    this.#fragments.push(Buffer.from(payload));
    this.#fragmentsBytes += payload.length;
  }

  #joinFragments(): Buffer {
    const message = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#fragmentsBytes = 0;
    return message;
  }

  #tell(message: Buffer): void {
    if (!isUtf8(message)) throw new FrameFault(1007, 'a text message is not UTF-8');
    this.#listener.onText(message);
  }
}
