import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import { PUBLIC_DOMAIN, TWILIO_AUTH_TOKEN } from './bridge';

/** A message from the bridge, as it came. */
export type FromBridge = Readonly<Record<string, unknown>> & { readonly event: string };

/** Twilio's end of a stream, in the hands of a test. */
export interface StandInTwilio {
  readonly socket: WebSocket;
  readonly received: FromBridge[];
  /** Resolves when the upgrade is accepted; rejects with the HTTP status where it is refused. */
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  send(message: object | string): void;
  start(parameters?: object, more?: object): void;
  media(bytes: Buffer): void;
  /** All agent audio that came. */
  audio(): Buffer;
  waitFor(event: string, times?: number): Promise<FromBridge>;
}

/** Signs as Twilio does, written here again so that the bridge's own reading is put to the test. */
export function signUpgrade(path: string, authToken = TWILIO_AUTH_TOKEN): string {
  return createHmac('sha1', authToken).update(`wss://${PUBLIC_DOMAIN}${path}`).digest('base64');
}

/** Connects as Twilio does. */
export function connectTwilio(
  port: number,
  callSid: string,
  options: { path?: string; signature?: string | null; streamSid?: string; token?: string } = {},
): StandInTwilio {
  const path = options.path ?? `/media-stream/${callSid}`;
  const signature = options.signature === undefined ? signUpgrade(path) : options.signature;
  const streamSid = options.streamSid ?? 'MZ0123456789abcdef0123456789abcdef';
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    perMessageDeflate: false,
    headers: {
      host: PUBLIC_DOMAIN,
      'user-agent': 'Twilio.TmeWs/1.0',
      ...(signature === null ? {} : { 'x-twilio-signature': signature }),
    },
  });
  const received: FromBridge[] = [];
  const watchers = new Set<() => void>();
  let sequence = 0;
  let chunk = 0;
  const send = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  socket.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString()) as FromBridge);
    for (const look of [...watchers]) look();
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`HTTP ${response.statusCode ?? 0}`));
    });
  });
  opened.catch(() => undefined); // a test that does not care is not ended by it
  return {
    socket,
    received,
    opened,
    closed: new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
    send,
    start: (parameters = {}, more = {}) => {
      send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
      sequence += 1;
      send({
        event: 'start',
        sequenceNumber: String(sequence),
        streamSid,
        start: {
          accountSid: 'AC0123456789abcdef0123456789abcdef',
          streamSid,
          callSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: {
            ...(options.token === undefined ? {} : { token: options.token }),
            ...parameters,
          },
          ...more,
        },
      });
    },
    media: (bytes) => {
      sequence += 1;
      chunk += 1;
      send({
        event: 'media',
        sequenceNumber: String(sequence),
        streamSid,
        media: {
          track: 'inbound',
          chunk: String(chunk),
          timestamp: String(chunk * 20),
          payload: bytes.toString('base64'),
        },
      });
    },
    audio: () =>
      Buffer.concat(
        received
          .filter(({ event }) => event === 'media')
          .map(({ media }) => Buffer.from((media as { payload: string }).payload, 'base64')),
      ),
    waitFor: (event, times = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.filter((message) => message.event === event)[times - 1];
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}
