/** Whose stream it is. */
export interface StreamIdentity {
  readonly accountSid: string;
  readonly callSid: string;
  readonly streamSid: string;
  readonly customParameters: Readonly<Record<string, string>>;
}

/**
 * Writes Twilio's messages to a stream's server, letter for letter: `sequenceNumber`, `chunk` and
 * `timestamp` are strings, `connected` has no number, `start` is number 1.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export class TwilioMessages {
  readonly #stream: StreamIdentity;
  #sequenceNumber = 0;
  #chunk = 0;

  constructor(stream: StreamIdentity) {
    this.#stream = stream;
  }

  connected(): string {
    return JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' });
  }

  start(): string {
    const { accountSid, streamSid, callSid, customParameters } = this.#stream;
    return this.#write('start', {
      accountSid,
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters,
    });
  }

  /** @param timestampMs milliseconds since the stream began. */
  media(mulaw: Buffer, timestampMs: number): string {
    this.#chunk += 1;
    return this.#write('media', {
      track: 'inbound',
      chunk: String(this.#chunk),
      timestamp: String(timestampMs),
      payload: mulaw.toString('base64'),
    });
  }

  dtmf(digit: string): string {
    return this.#write('dtmf', { track: 'inbound_track', digit });
  }

  mark(name: string): string {
    return this.#write('mark', { name });
  }

  stop(): string {
    const { accountSid, callSid } = this.#stream;
    return this.#write('stop', { accountSid, callSid });
  }

  #write(event: string, content: object): string {
    this.#sequenceNumber += 1;
    return JSON.stringify({
      event,
      sequenceNumber: String(this.#sequenceNumber),
      streamSid: this.#stream.streamSid,
      [event]: content,
    });
  }
}
