/*
 * The style of the common samples: fastify with its websocket plugin, a `ws` client to the model,
 * and every message parsed and written anew. Compression is off on the model leg, as it would be
 * after one look at a profile.
 */
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import { WebSocket } from 'ws';
import { describeSession, MODEL_URL } from './session';

interface TwilioMessage {
  readonly event: string;
  readonly start?: { readonly streamSid: string };
  readonly media?: { readonly payload: string };
}

interface ModelEvent {
  readonly type: string;
  readonly delta?: string;
}

const server = fastify();
void server.register(websocket);
void server.register((scope, _options, done) => {
  scope.get('/media-stream/*', { websocket: true }, (phone) => {
    const model = new WebSocket(MODEL_URL, {
      perMessageDeflate: false,
      headers: { authorization: 'Bearer simulated' },
    });
    let streamSid = '';
    let marks = 0;
    model.on('open', () => model.send(JSON.stringify(describeSession())));
    model.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString()) as ModelEvent;
      if (event.type !== 'response.output_audio.delta' || event.delta === undefined) return;
      phone.send(JSON.stringify({ event: 'media', streamSid, media: { payload: event.delta } }));
      marks += 1;
      phone.send(JSON.stringify({ event: 'mark', streamSid, mark: { name: `part ${marks}` } }));
    });
    phone.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as TwilioMessage;
      if (message.event === 'start') streamSid = message.start?.streamSid ?? '';
      if (message.event !== 'media' || model.readyState !== WebSocket.OPEN) return;
      const audio = message.media?.payload;
      model.send(JSON.stringify({ type: 'input_audio_buffer.append', audio }));
    });
    phone.on('close', () => model.close());
    model.on('close', () => phone.close());
    model.on('error', () => phone.close());
  });
  done();
});
void server.listen({ host: '127.0.0.1', port: 0 }).then((address) => {
  process.stdout.write(`listening ${new URL(address).port}\n`);
});
