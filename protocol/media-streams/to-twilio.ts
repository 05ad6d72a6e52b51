import type { Base64Slice } from '../base64';

/*
 * The three messages that a server may send on a bidirectional stream, each one text frame.
 * Anything else (another event, `stream_sid`, an extra field) is Twilio's warning 31951.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-websocket-messages-to-twilio
 */

const LEAST_BYTES = 8_192;
const MEDIA_TAIL = Buffer.from('"}}');

/** What is the same in each message of agent audio of a stream: all that stands before the payload. */
export function prepareMedia(streamSid: string): Buffer {
  return Buffer.from(
    `{"event":"media","streamSid":${JSON.stringify(streamSid)},"media":{"payload":"`,
  );
}

/** Writes messages of agent audio, of any number of streams, as bytes. */
export class MediaWriter {
  #bytes = Buffer.allocUnsafeSlow(LEAST_BYTES);

  /**
   * Writes one message.
   * @param head as of `prepareMedia`.
   * @returns the message, which is good until the next is written.
   */
  write(head: Uint8Array, { bytes, from, to }: Base64Slice): Uint8Array {
    const payloadAt = head.length;
    const tailAt = payloadAt + to - from;
    const length = tailAt + MEDIA_TAIL.length;
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(length * 2);
    const message = this.#bytes;
    message.set(head);
    message.set(bytes.subarray(from, to), payloadAt);
    message.set(MEDIA_TAIL, tailAt);
    return message.subarray(0, length);
  }
}

/** Asks Twilio to say when everything sent so far has been played, or dropped by a `clear`. */
export function writeMark(streamSid: string, name: string): string {
  return JSON.stringify({ event: 'mark', streamSid, mark: { name } });
}

/** Drops what Twilio has not played yet; the marks among it come back at once. */
export function writeClear(streamSid: string): string {
  return JSON.stringify({ event: 'clear', streamSid });
}
