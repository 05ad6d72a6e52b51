import { type Base64Slice, sliceOf } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';
import {
  type FromTwilio,
  readFromTwilio,
} from '@realtime-phone/protocol/media-streams/from-twilio';
import {
  prepareMedia,
  writeClear,
  writeMark,
} from '@realtime-phone/protocol/media-streams/to-twilio';
import { readFrameText } from '../server/frame-text';
import type { ServerSocket, SocketListener } from '../server/web';
import type { CallerFrame } from './caller-frame';
import type { Scratch } from './scratch';

/** What `start` says. */
export type StreamStart = Extract<FromTwilio, { event: 'start' }>;

/** The call that a stream belongs to, which hears what comes over it. */
export interface StreamCall {
  /** The frame is good only while this runs. */
  takeCallerAudio(frame: CallerFrame): void;
  takeMark(name: string): void;
  takeDigit(key: string): void;
}

/** What a stream tells of itself. */
export interface StreamListener {
  /**
   * @returns the call that hears all that comes from now on.
   * @throws CodedError where the start does not fit; the stream then closes with it.
   */
  onStart(start: StreamStart): StreamCall;
  /**
   * The end, once.
   * @param fault what was wrong, or undefined where Twilio said `stop` or the bridge closed.
   */
  onEnd(fault: CodedError | undefined): void;
}

/** The numbers that a stream keeps. */
export interface StreamLimits {
  readonly startMs: number;
  readonly idleMs: number;
  readonly maxFrameBytes: number;
  /** Bytes that may wait for Twilio. */
  readonly maxQueuedBytes: number;
  readonly maxCustomParameters: number;
}

const NOTHING = new Uint8Array(0);

/**
 * The Twilio leg: one media stream, from the accepted upgrade to the close. It reads what Twilio
 * sends, keeps the order `connected`, `start`, the rest, and closes with a coded reason where the
 * other side does not.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export class MediaStream implements SocketListener {
  readonly #socket: ServerSocket;
  readonly #listener: StreamListener;
  readonly #limits: StreamLimits;
  #watch: NodeJS.Timeout;
  readonly #scratch: Scratch;
  #streamSid: string | undefined;
  #call: StreamCall | undefined;
  /** Of its messages of agent audio. */
  #mediaHead: Uint8Array = NOTHING;
  /** In whole milliseconds, as 32 bits: only differences count. */
  #lastMessageAtMs = 0;
  #ended = false;

  constructor(
    socket: ServerSocket,
    listener: StreamListener,
    limits: StreamLimits,
    scratch: Scratch,
  ) {
    this.#socket = socket;
    this.#listener = listener;
    this.#limits = limits;
    this.#scratch = scratch;
    this.#watch = setTimeout(() => this.#fail(new CodedError('start_late')), limits.startMs);
  }

  onMessage(data: Uint8Array, isBinary: boolean): void {
    if (this.#ended) return;
    const nowMs = performance.now();
    this.#lastMessageAtMs = nowMs | 0;
    try {
      if (data.length > this.#limits.maxFrameBytes)
        throw new CodedError('frame_too_large', `${data.length} bytes`);
      if (isBinary) throw new CodedError('frame_binary');
      const { media, frame } = this.#scratch;
      frame.arrivedAtMs = nowMs;
      const call = this.#call;
      if (call !== undefined && media.readAsSent(data))
        return call.takeCallerAudio(frame.hold(data, media.from, media.to, media.timestampMs));
      this.#takeOther(data, call);
    } catch (error) {
      this.#fail(
        error instanceof CodedError
          ? error
          : new CodedError('internal_error', undefined, { cause: error }),
      );
    }
  }

  onClose(code: number): void {
    this.#end(new CodedError('stream_lost', `close code ${code}`));
  }

  /**
   * Sends agent audio, base64 mu-law; Twilio queues it and plays it in order.
   * @param mark where there is one, it comes back once everything before it has been played.
   */
  sendAudio(payload: Base64Slice, mark: string | undefined): void {
    if (this.#streamSid === undefined) return;
    const behind = mark === undefined ? undefined : writeMark(this.#streamSid, mark);
    this.#socket.sendText(this.#scratch.writer.write(this.#mediaHead, payload), behind);
    // Who sends is in the middle of something, so the end comes behind it.
    if (this.queuedBytes > this.#limits.maxQueuedBytes) queueMicrotask(() => this.#giveUp());
  }

  /** Asks Twilio to say when everything that was sent has been played. */
  sendMark(mark: string): void {
    if (this.#streamSid !== undefined) this.#socket.sendText(writeMark(this.#streamSid, mark));
  }

  /** What Twilio has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.queuedBytes();
  }

  /** Drops what Twilio has not played yet. */
  clear(): void {
    if (this.#streamSid !== undefined) this.#socket.sendText(writeClear(this.#streamSid));
  }

  /** Closes the stream; Twilio then goes on to the action of `<Connect>`. */
  close(fault?: CodedError): void {
    this.#end(undefined, fault?.fault.closeCode ?? 1000, fault?.code ?? 'call_ended');
  }

  /** Nearly all messages are media in one form; what is not stays out of their way. */
  #takeOther(data: Uint8Array, call: StreamCall | undefined): void {
    if (call !== undefined) {
      const { media, mark, frame } = this.#scratch;
      const name = mark.readName(data);
      if (name !== undefined) return call.takeMark(name);
      if (media.readInAnyOrder(data))
        return call.takeCallerAudio(frame.hold(data, media.from, media.to, media.timestampMs));
    }
    this.#take(readFromTwilio(readFrameText(data)), call);
  }

  #take(message: FromTwilio, call: StreamCall | undefined): void {
    switch (message.event) {
      case 'connected':
      case 'other':
        return;
      case 'start':
        return this.#start(message);
    }
    if (call === undefined) throw new CodedError('start_missing', `the first was ${message.event}`);
    switch (message.event) {
      case 'media':
        if (message.track === 'inbound' && message.payload !== '') {
          const { bytes, from, to } = sliceOf(message.payload);
          call.takeCallerAudio(this.#scratch.frame.hold(bytes, from, to, message.timestampMs));
        }
        return;
      case 'mark':
        return call.takeMark(message.name);
      case 'dtmf':
        return call.takeDigit(message.digit);
      case 'stop':
        this.#end(undefined, 1000, 'stop');
    }
  }

  #start(start: StreamStart): void {
    if (this.#streamSid !== undefined) throw new CodedError('start_repeated');
    const { encoding, sampleRate, channels } = start.mediaFormat;
    if (encoding !== 'audio/x-mulaw' || sampleRate !== 8_000 || channels !== 1) {
      throw new CodedError(
        'stream_format_wrong',
        `${encoding.slice(0, 40)}, ${sampleRate} Hz, ${channels} channels`,
      );
    }
    const parameters = Object.keys(start.customParameters).length;
    if (parameters > this.#limits.maxCustomParameters) {
      throw new CodedError('custom_parameters_too_many', String(parameters));
    }
    this.#streamSid = start.streamSid;
    this.#mediaHead = prepareMedia(start.streamSid);
    clearTimeout(this.#watch);
    this.#call = this.#listener.onStart(start);
    if (!this.#ended) this.#watchForSilence();
  }

  /** Twilio takes nothing: it would read a close only behind all that waits, and the caller in silence until then. */
  #giveUp(): void {
    if (this.#ended) return;
    this.#end(new CodedError('stream_stalled', `${this.queuedBytes} bytes wait for Twilio`));
    this.#socket.terminate();
  }

  /** Twilio sends a frame every 20 ms, speech or not: none at all means that the line is dead. */
  #watchForSilence(): void {
    const silentMs = ((performance.now() | 0) - this.#lastMessageAtMs) | 0;
    const leftMs = this.#limits.idleMs - silentMs;
    clearTimeout(this.#watch);
    if (leftMs <= 0) this.#fail(new CodedError('stream_idle'));
    else this.#watch = setTimeout(() => this.#watchForSilence(), leftMs);
  }

  #fail(fault: CodedError): void {
    this.#end(fault, fault.fault.closeCode ?? 1011, fault.code);
  }

  /** The one end. A socket may report its close from within `close`, so the state comes first. */
  #end(fault: CodedError | undefined, closeCode?: number, reason = ''): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#watch);
    if (closeCode !== undefined) this.#socket.close(closeCode, reason);
    this.#listener.onEnd(fault);
  }
}
