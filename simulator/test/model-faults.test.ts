import { clip } from '../clips/clips';
import type { Faults, Model, ModelEvent, ModelSession } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

let model: Model;

afterEach(() => model.close());

const SESSION = {
  type: 'realtime',
  audio: {
    input: { format: { type: 'audio/pcmu' } },
    output: { format: { type: 'audio/pcmu' } },
  },
};

async function connect(faults: Faults, audioRate = 1): Promise<[RealtimeClient, ModelSession]> {
  model = await startModel({ firstAudioMs: 0, audioRate, faults });
  const client = await RealtimeClient.connect(`${model.url}?model=m`);
  return [client, await model.nextSession()];
}

const update = (client: RealtimeClient) =>
  client.send({ type: 'session.update', session: SESSION });

test('a session that is late takes what was sent before, in order', async () => {
  const [client, session] = await connect({ readyMs: 30 });
  client.sendAudio(Buffer.alloc(320, 0xff));
  update(client);
  await client.until('session.updated');
  expect(client.events[0]?.type).toBe('session.created');
  expect(session.record.audioBeforeUpdated).toBe(true);
  expect(session.appendedBytes).toHaveLength(320);
});

test('audio after session.updated is not counted as early', async () => {
  const [client, session] = await connect({ updatedMs: 10 });
  update(client);
  await client.until('session.updated');
  client.sendAudio(Buffer.alloc(160, 0xff));
  await session.received('input_audio_buffer.append');
  expect(session.record.audioBeforeUpdated).toBe(false);
});

test('an update that is never answered leaves the session as it was', async () => {
  const [client, session] = await connect({ neverUpdates: true });
  update(client);
  client.send({ type: 'input_audio_buffer.clear' });
  await client.until('input_audio_buffer.cleared');
  expect(client.all('session.updated')).toEqual([]);
  expect(session.settings.audio.output.format.type).toBe('audio/pcm');
});

test('a wrong format is confirmed, and spoken', async () => {
  const [client] = await connect({ wrongFormat: true }, Infinity);
  update(client);
  expect(await client.until('session.updated')).toMatchObject({
    session: { audio: { output: { format: { type: 'audio/pcm', rate: 24_000 } } } },
  });
  client.send({ type: 'response.create' });
  await client.until('response.done');
  expect(client.audio()).toHaveLength(clip('agent-greeting').audio.length * 6);
});

test.each(['insufficient_quota', 'rate_limit_exceeded', 'server_error'] as const)(
  'a response fails with %s and no audio',
  async (failResponse) => {
    const [client, session] = await connect({ failResponse });
    client.send({ type: 'response.create' });
    expect(await client.until('response.done')).toMatchObject({
      response: {
        status: 'failed',
        status_details: { type: 'failed', error: { code: failResponse } },
        output: [],
      },
    });
    expect(session.record.responses).toMatchObject([{ status: 'failed', reason: failResponse }]);
  },
);

test('a silent response begins, is active, and can be cancelled', async () => {
  const [client] = await connect({ silent: true });
  client.send({ type: 'response.create' });
  await client.until('response.created');
  client.send({ type: 'response.create' });
  expect(await client.until('error')).toMatchObject({
    error: { code: 'conversation_already_has_active_response' },
  });
  client.send({ type: 'response.cancel' });
  expect(await client.until('response.done')).toMatchObject({
    response: { status: 'cancelled', output: [] },
  });
  expect(client.audio()).toHaveLength(0);
});

test('after a cancel some deltas are still on their way', async () => {
  const [client] = await connect({ lateDeltas: 3 });
  client.send({ type: 'response.create' });
  await client.until('response.output_audio.delta');
  const before = client.all('response.output_audio.delta').length;
  client.send({ type: 'response.cancel' });
  await client.until('response.done');
  const late = client.all('response.output_audio.delta').length - before;
  expect(late).toBeGreaterThanOrEqual(3);
  expect(late).toBeLessThanOrEqual(4);
});

test.each([
  ['after some time', { afterMs: 10 }],
  ['after two deltas', { afterDeltas: 2 }],
  ['after 320 bytes', { afterBytesIn: 320 }],
])('the connection breaks %s', async (_, drop) => {
  const [client, session] = await connect({ drop }, Infinity);
  update(client);
  client.sendAudio(Buffer.alloc(480, 0xff));
  client.send({ type: 'response.create' });
  expect((await client.closed).code).toBe(1006);
  expect(await session.closed).toMatchObject({ code: 1006, by: 'model' });
  if ('afterDeltas' in drop) expect(session.record.deltas).toBe(2);
  if ('afterBytesIn' in drop) expect(session.record.appendedByteCount).toBe(320);
});

test.each([1000, 1001, 1006, 1011, 4000])('the session is closed with %i', async (code) => {
  const [client, session] = await connect({ close: { code, reason: 'enough' } });
  await client.until('session.created');
  expect(await client.closed).toEqual({ code, reason: code === 1006 ? '' : 'enough' });
  expect((await session.closed).code).toBe(code);
});

test('an old session expires with an error and close 1001, as it said it would', async () => {
  const startedAtS = Math.floor(Date.now() / 1_000);
  const [client] = await connect({ sessionMaxMs: 60 });
  const created = await client.until('session.created');
  const { expires_at } = created.session as { expires_at: number };
  expect(expires_at - startedAtS).toBeLessThanOrEqual(2);
  expect(await client.until('error')).toMatchObject({
    error: { type: 'invalid_request_error', code: 'session_expired' },
  });
  const message = 'Your session hit the maximum duration of 0.06 seconds.';
  expect(await client.closed).toEqual({ code: 1001, reason: message });
});

test('a fault can be set on a session that runs, and is not set on another', async () => {
  const [client, session] = await connect({});
  const other = await RealtimeClient.connect(`${model.url}?model=m`);
  session.setFaults({ close: { code: 1011 } });
  expect((await client.closed).code).toBe(1011);
  other.send({ type: 'input_audio_buffer.clear' });
  await other.until('input_audio_buffer.cleared');
});

test('faults can be chosen session by session', async () => {
  const [, first] = await connect({});
  model.setFaults((session) => (session === 0 ? { close: { code: 1011 } } : {}));
  const bad = await RealtimeClient.connect(`${model.url}?model=m`);
  expect((await bad.closed).code).toBe(1011);
  const good = await RealtimeClient.connect(`${model.url}?model=m`);
  good.send({ type: 'input_audio_buffer.clear' });
  await good.until('input_audio_buffer.cleared');
  expect(first.end).toBeNull();
});

test('a listener hears the timeline of a session, to its end', async () => {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity });
  const events: ModelEvent[] = [];
  model.on((event) => events.push(event));
  const client = await RealtimeClient.connect(`${model.url}?model=m`);
  const session = await model.nextSession();
  update(client);
  client.send({ type: 'response.create' });
  await client.until('response.done');
  client.close();
  expect(await session.closed).toMatchObject({ code: 1000, by: 'client' });
  expect(events.map(({ kind }) => kind)).toEqual([
    'session created',
    'session updated',
    'response created',
    'first audio',
    'response done',
    'session closed',
  ]);
  expect(events.every(({ sessionId }) => sessionId === session.sessionId)).toBe(true);
});

test('waiting for an event of a session that ends is an error, not a wait for ever', async () => {
  const [client, session] = await connect({});
  const waiting = session.received('response.create');
  client.close();
  await expect(waiting).rejects.toThrow('ended before');
});

test('some upgrades are refused, and the next is taken', async () => {
  model = await startModel({});
  model.refuseNext(2, 503);
  const connect = () => RealtimeClient.connect(`${model.url}?model=m`);
  await expect(connect()).rejects.toThrow('503');
  await expect(connect()).rejects.toThrow('503');
  await (await connect()).until('session.created');
});
