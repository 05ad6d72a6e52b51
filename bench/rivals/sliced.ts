/*
 * The least that a bridge can do frame for frame: the payload is cut out of one message and put
 * into the other, and nothing is parsed, checked, counted or written down.
 */
import { App, us_socket_local_port, type WebSocket as PhoneSocket } from 'uWebSockets.js';
import { WebSocket } from 'ws';
import { describeSession, MODEL_URL } from './session';

interface Stream {
  model: WebSocket | undefined;
  streamSid: string;
  marks: number;
  closed: boolean;
}

const IS_MEDIA = '"event":"media"';
const PAYLOAD = '"payload":"';
const IS_DELTA = '{"type":"response.output_audio.delta"';
const DELTA = '"delta":"';

/** The text between a key and the next quote, or nothing. */
function cutOut(text: string, key: string): string {
  const at = text.indexOf(key);
  return at < 0 ? '' : text.slice(at + key.length, text.indexOf('"', at + key.length));
}

function joinModel(phone: PhoneSocket<Stream>): void {
  const stream = phone.getUserData();
  const model = new WebSocket(MODEL_URL, { perMessageDeflate: false });
  stream.model = model;
  model.on('open', () => model.send(JSON.stringify(describeSession())));
  model.on('message', (data: Buffer) => {
    const text = data.toString('latin1');
    if (!text.startsWith(IS_DELTA) || stream.closed) return;
    const { streamSid } = stream;
    stream.marks += 1;
    phone.cork(() => {
      phone.send(
        `{"event":"media","streamSid":"${streamSid}","media":{"payload":"${cutOut(text, DELTA)}"}}`,
      );
      phone.send(`{"event":"mark","streamSid":"${streamSid}","mark":{"name":"${stream.marks}"}}`);
    });
  });
  const end = () => {
    if (!stream.closed) phone.end();
  };
  model.on('close', end);
  model.on('error', end);
}

App()
  .ws<Stream>('/*', {
    maxPayloadLength: 1 << 20,
    upgrade: (response, request, context) => {
      response.upgrade<Stream>(
        { model: undefined, streamSid: '', marks: 0, closed: false },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open: joinModel,
    message: (phone, message) => {
      const stream = phone.getUserData();
      const text = Buffer.from(message).toString('latin1');
      if (text.includes(IS_MEDIA)) {
        if (stream.model?.readyState !== WebSocket.OPEN) return;
        stream.model.send(
          `{"type":"input_audio_buffer.append","audio":"${cutOut(text, PAYLOAD)}"}`,
        );
      } else if (stream.streamSid === '') stream.streamSid = cutOut(text, '"streamSid":"');
    },
    close: (phone) => {
      const stream = phone.getUserData();
      stream.closed = true;
      stream.model?.terminate();
    },
  })
  .listen('127.0.0.1', 0, (socket) => {
    if (socket) process.stdout.write(`listening ${us_socket_local_port(socket)}\n`);
  });
