import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { signRequest } from '@realtime-phone/protocol/request-signature';
import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import { WebSocket } from 'ws';
import { type Bridge, startBridge } from '../../bridge/src/bridge';
import { readConfig } from '../../bridge/src/config';
import pino from 'pino';
import { findFreePorts } from '../../commands/chaos/free-ports';
import { type Model, startModel } from '../../simulator/model/model-server';
import { type Caddy, startCaddyOfNodes } from './stage/caddy';
import { testWith } from './stage/programs';

jest.setTimeout(60_000);
const testWithCaddy = testWith('caddy');

const PUBLIC_DOMAIN = 'bridge.example.com';
const TWILIO_AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
const BRIDGE_SECRET = 'a secret of the tests, of fair length';
const CALL_SID = 'CA00000000000000000000000000000001';

describe('The Caddyfile of two bridges, on real Caddy', () => {
  let model: Model;
  let a: Bridge;
  let b: Bridge;
  let caddy: Caddy;
  let ports: { a: number; b: number };

  const open = (node: string, port: number) =>
    startBridge(
      readConfig({
        BRIDGE_NODE: node,
        PORT: String(port),
        PUBLIC_DOMAIN,
        TWILIO_AUTH_TOKEN,
        BRIDGE_SECRET,
        OPENAI_API_KEY: 'sk-of-the-tests',
        REALTIME_URL: model.url,
        CALL_STORE: ':memory:',
        DRAIN_S: '30',
        MAX_LOOP_LAG_MS: '60000',
      }),
      pino({ level: 'silent' }),
    );
  const openAll = async () => {
    const [portA = 0, portB = 0] = await findFreePorts(2);
    ports = { a: portA, b: portB };
    model = await startModel();
    [a, b] = [await open('a', ports.a), await open('b', ports.b)];
    caddy = await startCaddyOfNodes([PUBLIC_DOMAIN], ports);
  };
  afterEach(async () => {
    await caddy.close();
    await a.stop();
    await b.stop();
    await model.close();
  });

  const ask = async (method: string, path: string, body = '', headers: object = {}) => {
    const request = httpsRequest({
      ...{ host: '127.0.0.1', port: caddy.httpsPort, servername: PUBLIC_DOMAIN, ca: caddy.ca },
      ...{ method, path, agent: false },
      headers: { host: PUBLIC_DOMAIN, ...headers },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode, node: response.headers['bridge-node'], text };
  };
  const post = (path: string, content: object, node?: string) => {
    const body = JSON.stringify(content);
    const authorization = signRequest(
      BRIDGE_SECRET,
      { method: 'POST', path, body },
      Date.now() / 1_000,
    );
    const headers = { authorization, ...(node === undefined ? {} : { 'bridge-node': node }) };
    return ask('POST', path, body, headers);
  };
  const dial = async (path: string): Promise<WebSocket | number> => {
    const signature = signForTwilio(TWILIO_AUTH_TOKEN, `wss://${PUBLIC_DOMAIN}${path}`);
    const options = {
      ca: caddy.ca,
      servername: PUBLIC_DOMAIN,
      headers: { host: PUBLIC_DOMAIN, 'x-twilio-signature': signature },
    };
    const socket = new WebSocket(`wss://127.0.0.1:${caddy.httpsPort}${path}`, options);
    socket.on('error', () => undefined); // told by the events below
    return await new Promise((resolve) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    });
  };
  const NEXT = { reason: 'stream-ended', try: 0 };

  testWithCaddy(
    'leads each stream and each later request to its own node (needs caddy)',
    async () => {
      await openAll();
      const sids = Array.from({ length: 6 }, (_, at) => CALL_SID.replace(/1$/, String(at)));
      const homes = new Map<string, string>();
      for (const callSid of sids) {
        const { status, node, text } = await post('/calls', { callSid });
        expect(status).toBe(201);
        const { streamUrl } = JSON.parse(text) as { streamUrl: string };
        expect(streamUrl).toBe(`wss://${PUBLIC_DOMAIN}/media-stream/${String(node)}/${callSid}`);
        homes.set(callSid, String(node));
        expect(await dial(new URL(streamUrl).pathname)).toBeInstanceOf(WebSocket);
      }
      // Streams are counted, so that the calls are shared out.
      expect([a.calls.size, b.calls.size]).toEqual([3, 3]);
      for (const [callSid, node] of homes) {
        const event = { source: 'call-status', parameters: { CallStatus: 'completed' } };
        expect(await post(`/calls/${callSid}/events`, event, node)).toMatchObject({ node });
        expect(await post(`/calls/${callSid}/next`, NEXT, node)).toMatchObject({
          status: 200,
          node,
        });
      }
      expect([a.calls.size, b.calls.size]).toEqual([0, 0]);
      for (const node of ['a', 'b'])
        expect((await ask('GET', '/readyz', '', { 'bridge-node': node })).status).toBe(200);
      expect((await ask('GET', '/metrics', '', { 'bridge-node': 'a' })).status).toBe(404);
    },
  );

  testWithCaddy(
    'gives a node that drains its own calls, and no new ones (needs caddy)',
    async () => {
      await openAll();
      const admitted = await post('/calls', { callSid: CALL_SID });
      const [own, other] = admitted.node === 'a' ? [a, 'b'] : [b, 'a'];
      const drained = own.calls.drain(30_000);
      // Until Caddy has looked, the node that drains may still be asked, and says what it is.
      let callNumber = 1;
      for (let inARow = 0; inARow < 5;) {
        callNumber += 1;
        const answer = await post('/calls', { callSid: `CA${callNumber}` });
        expect(answer.node).toBe(answer.status === 201 ? other : admitted.node);
        if (answer.status !== 201)
          expect(JSON.parse(answer.text)).toMatchObject({ code: 'bridge_draining' });
        inARow = answer.status === 201 ? inARow + 1 : 0;
      }
      const { streamUrl } = JSON.parse(admitted.text) as { streamUrl: string };
      const socket = await dial(new URL(streamUrl).pathname);
      expect(socket).toBeInstanceOf(WebSocket);
      const event = { source: 'call-status', parameters: { CallStatus: 'completed' } };
      const ended = await post(`/calls/${CALL_SID}/events`, event, String(admitted.node));
      expect(ended).toMatchObject({ status: 202, node: admitted.node });
      await drained;
    },
  );

  testWithCaddy(
    'has the other node answer for one that is gone, and leads no stream astray (needs caddy)',
    async () => {
      await openAll();
      await a.stop();
      let answer = await post(`/calls/${CALL_SID}/next`, NEXT, 'a');
      // A Function takes 502 for a bridge that restarts, and asks again a second later.
      while (answer.status === 502) answer = await post(`/calls/${CALL_SID}/next`, NEXT, 'a');
      expect(answer).toMatchObject({ status: 404, node: 'b' });
      expect(await dial(`/media-stream/a/${CALL_SID}`)).toBe(502);
      // And it comes back under the same name.
      a = await open('a', ports.a);
      while ((await post(`/calls/${CALL_SID}/next`, NEXT, 'a')).node !== 'a');
    },
  );
});
