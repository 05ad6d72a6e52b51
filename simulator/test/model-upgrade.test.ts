import { request } from 'node:http';
import { makeCertificate } from '../model/certificate';
import type { Model, ModelOptions } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

let model: Model;

async function start(options?: ModelOptions): Promise<string> {
  model = await startModel(options);
  return `${model.url}?model=gpt-realtime-2.1`;
}

afterEach(() => model.close());

/** The status and the JSON with which an upgrade is answered. */
function upgrade(path: string, headers: Record<string, string>): Promise<[number, unknown]> {
  return new Promise((resolve, reject) => {
    const asked = request({
      port: model.port,
      path,
      headers: {
        ...headers,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    asked.on('error', reject).on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve([response.statusCode ?? 0, JSON.parse(body)]));
    });
    asked.end();
  });
}

const refusalWith = (code: string) => ({
  error: expect.objectContaining({ code, type: 'invalid_request_error' }) as unknown,
});

test('GET /healthz answers 200, and anything else 404', async () => {
  await start();
  const health = await fetch(`http://127.0.0.1:${model.port}/healthz`);
  expect(health.status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${model.port}/v1/models`)).status).toBe(404);
});

test('an upgrade with no key is refused with 401', async () => {
  await start();
  const answer = await upgrade('/v1/realtime?model=m', {});
  expect(answer).toEqual([401, refusalWith('invalid_api_key')]);
});

test('an upgrade with the wrong key is refused with 401 where a key is set', async () => {
  await start({ apiKey: 'right' });
  const answer = await upgrade('/v1/realtime?model=m', { Authorization: 'Bearer wrong' });
  expect(answer).toEqual([401, refusalWith('invalid_api_key')]);
});

test('the right key is accepted as Bearer and as api-key', async () => {
  const url = await start({ apiKey: 'right' });
  const ways: Record<string, string>[] = [
    { Authorization: 'Bearer right' },
    { 'api-key': 'right' },
  ];
  for (const headers of ways) {
    const client = await RealtimeClient.connect(url, headers);
    await client.until('session.created');
    client.close();
  }
});

test('an upgrade without a model is refused with 400, another path with 404', async () => {
  await start();
  const headers = { Authorization: 'Bearer any' };
  const noModel = await upgrade('/v1/realtime', headers);
  expect(noModel).toEqual([400, refusalWith('missing_required_parameter')]);
  expect(await upgrade('/v1/live', headers)).toEqual([404, refusalWith('invalid_url')]);
  expect((await upgrade('//', headers))[0]).toBe(404);
});

test.each([
  [401, 'invalid_api_key'],
  [429, 'rate_limit_exceeded'],
  [500, 'server_error'],
])('a fault refuses the upgrade with %i', async (status, code) => {
  await start({ faults: { refuseStatus: status } });
  const [got, body] = await upgrade('/v1/realtime?model=m', { Authorization: 'Bearer any' });
  expect(got).toBe(status);
  expect(body).toMatchObject({ error: { code } });
});

test('the beta header is answered with an error and close 4000', async () => {
  const url = await start();
  const headers = { Authorization: 'Bearer any', 'OpenAI-Beta': 'realtime=v1' };
  const client = await RealtimeClient.connect(url, headers);
  expect(await client.until('error')).toMatchObject({
    error: { code: 'beta_api_shape_disabled' },
  });
  expect((await client.closed).code).toBe(4000);
  expect(client.all('session.created')).toEqual([]);
});

test('over TLS a client that trusts the certificate gets a session', async () => {
  const { key, cert } = await makeCertificate();
  const url = await start({ tls: { key, cert } });
  expect(url).toMatch(/^wss:/);
  const client = await RealtimeClient.connect(url, { Authorization: 'Bearer any' }, cert);
  await client.until('session.created');
  client.close();
});

test('session.created is the first event and carries the defaults that make noise on a phone', async () => {
  const before = Math.floor(Date.now() / 1_000);
  const client = await RealtimeClient.connect(await start());
  const created = await client.until('session.created');
  expect(client.events[0]).toBe(created);
  const { id, expires_at } = created.session as { id: string; expires_at: number };
  expect(id).toMatch(/^sess_/);
  expect(expires_at).toBeGreaterThanOrEqual(before + 3_600);
  expect(created).toMatchObject({
    event_id: expect.stringMatching(/^event_/) as unknown,
    session: {
      type: 'realtime',
      object: 'realtime.session',
      model: 'gpt-realtime-2.1',
      output_modalities: ['audio'],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: {
            type: 'server_vad',
            threshold: 0.5,
            prefix_padding_ms: 300,
            silence_duration_ms: 200,
            idle_timeout_ms: null,
            create_response: true,
            interrupt_response: true,
          },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1 },
      },
    },
  });
});
