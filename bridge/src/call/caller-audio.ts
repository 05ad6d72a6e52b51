import { countBase64Bytes } from '@realtime-phone/protocol/base64';
import { CodedError } from '@realtime-phone/protocol/errors';

/** Caller audio that came before the model was ready: kept in order, and bounded. */
export class CallerAudio {
  readonly #maxBytes: number;
  #payloads: string[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Keeps one payload, base64.
   * @throws CodedError `caller_audio_overflow`.
   */
  keep(payload: string): void {
    const bytes = countBase64Bytes(payload);
    if (this.#bytes + bytes > this.#maxBytes) {
      throw new CodedError('caller_audio_overflow', `${this.#bytes + bytes} bytes`);
    }
    this.#payloads.push(payload);
    this.#bytes += bytes;
  }

  /** Gives what was kept, oldest first, and is empty afterwards. */
  release(): readonly string[] {
    const payloads = this.#payloads;
    this.#payloads = [];
    this.#bytes = 0;
    return payloads;
  }
}
