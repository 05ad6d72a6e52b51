import { MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';
import { clip } from '../clips/clips';
import { convertAudio } from '../model/audio-format';
import type { Model, ModelOptions } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

let model: Model;

afterEach(() => model.close());

const PCMU = { type: 'audio/pcmu' } as const;
const GREETING = clip('agent-greeting');
const TURN = Buffer.concat([clip('caller-book-table').audio, Buffer.alloc(8_000, MULAW_SILENCE)]);

async function connect(options: ModelOptions = {}, session: object = {}): Promise<RealtimeClient> {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity, ...options });
  const client = await RealtimeClient.connect(`${model.url}?model=m`);
  client.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: { input: { format: PCMU }, output: { format: PCMU } },
      ...session,
    },
  });
  await client.until('session.updated');
  return client;
}

const create = (client: RealtimeClient, response?: object) =>
  client.send({ type: 'response.create', event_id: 'mine', response });

test('the events of a response come in the order of the API', async () => {
  const client = await connect();
  create(client);
  const done = await client.until('response.done');
  const types = client.events.map(({ type }) => type).slice(2);
  const once = types.filter((type, at) => types.indexOf(type) === at);
  expect(once).toEqual([
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'response.output_audio_transcript.delta',
    'response.output_audio.delta',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
  ]);
  expect(types.at(-1)).toBe('response.done');
  expect(done).toMatchObject({
    response: {
      id: expect.stringMatching(/^resp_/) as unknown,
      status: 'completed',
      conversation_id: expect.stringMatching(/^conv_/) as unknown,
      output: [{ role: 'assistant', content: [{ transcript: GREETING.text }] }],
      usage: { output_token_details: { audio_tokens: Math.ceil(GREETING.durationMs / 50) } },
    },
  });
  expect(JSON.stringify(done)).not.toContain('"audio":"');
  const ids = client.events.map(({ event_id }) => event_id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the deltas are the clip byte for byte, in pieces of 100 to 400 ms, with their transcript', async () => {
  const client = await connect();
  create(client);
  await client.until('response.done');
  expect(client.audio().equals(GREETING.audio)).toBe(true);
  const deltas = client.all('response.output_audio.delta').slice(0, -1);
  for (const { delta } of deltas) {
    const ms = Buffer.from(String(delta), 'base64').length / 8;
    expect(ms).toBeGreaterThanOrEqual(100);
    expect(ms).toBeLessThanOrEqual(400);
  }
  const words = client.all('response.output_audio_transcript.delta').map(({ delta }) => delta);
  expect(words.join('')).toBe(GREETING.text);
});

test('a session that was never told of pcmu gives 24 kHz linear audio', async () => {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity });
  const client = await RealtimeClient.connect(`${model.url}?model=m`);
  create(client);
  await client.until('response.done');
  const expected = convertAudio(GREETING.audio, PCMU, { type: 'audio/pcm', rate: 24_000 });
  expect(expected.length).toBe(GREETING.audio.length * 6);
  expect(client.audio().equals(expected)).toBe(true);
});

test('audio is sent faster than real time, but not at once', async () => {
  const client = await connect({ audioRate: 4 });
  create(client);
  const startedAt = performance.now();
  await client.until('response.output_audio.delta');
  expect(client.all('response.done')).toEqual([]);
  await client.until('response.done');
  expect(performance.now() - startedAt).toBeLessThan(GREETING.durationMs);
});

test('a turn of the caller is answered with the next reply, the greeting comes before', async () => {
  const client = await connect();
  create(client);
  await client.until('response.done');
  const said: unknown[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    client.sendAudio(TURN);
    await client.until('input_audio_buffer.committed');
    said.push((await client.until('response.output_audio_transcript.done')).transcript);
    await client.until('response.done');
  }
  const [booked, goodbye] = [clip('agent-booked').text, clip('agent-goodbye').text];
  expect(said).toEqual([booked, goodbye, goodbye]);
});

test('a second response is refused while one runs, and names it', async () => {
  const client = await connect({ audioRate: 1 });
  create(client);
  const created = await client.until('response.created');
  const { id } = created.response as { id: string };
  create(client);
  expect(await client.until('error')).toMatchObject({
    error: {
      code: 'conversation_already_has_active_response',
      message: expect.stringContaining(id) as unknown,
      event_id: 'mine',
    },
  });
});

test('a cancel stops the deltas, and every done still comes', async () => {
  const client = await connect({ audioRate: 1 });
  create(client);
  await client.until('response.output_audio.delta');
  client.send({ type: 'response.cancel' });
  for (const type of [
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
  ]) {
    await client.until(type);
  }
  expect(await client.until('response.done')).toMatchObject({
    response: {
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'client_cancelled' },
      output: [{ status: 'incomplete' }],
    },
  });
  expect(client.audio().length).toBeLessThan(GREETING.audio.length);
});

test('a cancel with nothing to cancel is refused, also by the id of another response', async () => {
  const client = await connect({ audioRate: 1 });
  client.send({ type: 'response.cancel', event_id: 'early' });
  expect(await client.until('error')).toMatchObject({
    error: { code: 'response_cancel_not_active', event_id: 'early' },
  });
  create(client);
  await client.until('response.output_audio.delta');
  client.send({ type: 'response.cancel', response_id: 'resp_other' });
  expect(await client.until('error')).toMatchObject({
    error: { code: 'response_cancel_not_active' },
  });
});

test('speech interrupts the running response with reason turn_detected', async () => {
  const client = await connect({ audioRate: 1 });
  create(client);
  await client.until('response.output_audio.delta');
  client.sendAudio(TURN);
  await client.until('input_audio_buffer.speech_started');
  expect(await client.until('response.done')).toMatchObject({
    response: { status: 'cancelled', status_details: { reason: 'turn_detected' } },
  });
  await client.until('input_audio_buffer.speech_stopped');
  await client.until('response.created');
});

test('with interrupt_response false the response goes on, and the turn is answered after it', async () => {
  const turn_detection = { type: 'server_vad', interrupt_response: false };
  const audio = { input: { format: PCMU, turn_detection }, output: { format: PCMU } };
  const client = await connect({ audioRate: 4 }, { audio });
  create(client);
  await client.until('response.output_audio.delta');
  client.sendAudio(TURN);
  await client.until('input_audio_buffer.committed');
  expect(await client.until('response.done')).toMatchObject({
    response: { status: 'completed' },
  });
  await client.until('response.created');
});

test('with create_response false a turn is committed and waits for response.create', async () => {
  const turn_detection = { type: 'server_vad', create_response: false };
  const audio = { input: { format: PCMU, turn_detection }, output: { format: PCMU } };
  const client = await connect({}, { audio });
  client.sendAudio(TURN);
  await client.until('input_audio_buffer.committed');
  client.send({ type: 'input_audio_buffer.clear' });
  await client.until('input_audio_buffer.cleared');
  expect(client.all('response.created')).toEqual([]);
  create(client);
  await client.until('response.done');
  expect(client.audio().equals(clip('agent-booked').audio)).toBe(true);
});

test('a response in text has text events and no audio', async () => {
  const client = await connect({}, { output_modalities: ['text'] });
  create(client);
  expect(await client.until('response.output_text.done')).toMatchObject({ text: GREETING.text });
  expect(await client.until('response.done')).toMatchObject({
    response: { output: [{ content: [{ type: 'output_text' }] }] },
  });
  expect(client.all('response.output_audio.delta')).toEqual([]);
});

test('a text line is hummed where audio is asked for', async () => {
  const client = await connect({ script: { replies: [{ text: 'One moment, please.' }] } });
  create(client);
  await client.until('response.done');
  expect(client.audio().length).toBeGreaterThan(4_000);
});

test('a response aside runs beside the active one and stays out of the conversation', async () => {
  const script = { replies: [{ clip: 'agent-booked' }], aside: '{"booked":true}' };
  const client = await connect({ audioRate: 1, script });
  create(client);
  await client.until('response.output_audio.delta');
  create(client, { conversation: 'none', output_modalities: ['text'], metadata: { for: 'notes' } });
  expect(await client.until('response.output_text.done')).toMatchObject({
    text: '{"booked":true}',
  });
  expect(await client.until('response.done')).toMatchObject({
    response: { conversation_id: null, metadata: { for: 'notes' }, status: 'completed' },
  });
  expect(client.all('conversation.item.added')).toHaveLength(1);
});

test('a function is called, and its output is answered', async () => {
  const script = {
    replies: [{ tool: 'book_table', arguments: { guests: 4 } }, { clip: 'agent-booked' }],
  };
  const client = await connect({ script });
  client.sendAudio(TURN);
  const call = await client.until('response.function_call_arguments.done');
  expect(call).toMatchObject({ name: 'book_table', arguments: '{"guests":4}' });
  await client.until('response.done');
  const item = { type: 'function_call_output', call_id: call.call_id, output: '{"ok":true}' };
  client.send({ type: 'conversation.item.create', item });
  await client.until('conversation.item.done');
  create(client);
  await client.until('response.done');
  expect(client.audio().equals(clip('agent-booked').audio)).toBe(true);
});

test.each([
  ['an unknown field', { temperature: 1 }, 'unknown_parameter', 'response.temperature'],
  [
    'both modalities',
    { output_modalities: ['text', 'audio'] },
    'invalid_value',
    'response.output_modalities',
  ],
  [
    'a long metadata value',
    { metadata: { a: 'x'.repeat(513) } },
    'invalid_value',
    'response.metadata.a',
  ],
])('response.create refuses %s', async (_, response, code, param) => {
  const client = await connect();
  create(client, response);
  expect(await client.until('error')).toMatchObject({ error: { code, param } });
  expect(client.all('response.created')).toEqual([]);
});

test('two sessions do not disturb each other', async () => {
  const one = await connect({ audioRate: 1 });
  const two = await RealtimeClient.connect(`${model.url}?model=m`);
  await two.until('session.created');
  create(one);
  await one.until('response.output_audio.delta');
  two.send({ type: 'response.cancel' });
  expect(await two.until('error')).toMatchObject({ error: { code: 'response_cancel_not_active' } });
  two.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Other.' } });
  await two.until('session.updated');
  expect(two.all('response.created')).toEqual([]);
  expect(one.all('response.done')).toEqual([]);
  expect(model.sessions.map(({ settings }) => settings.instructions === 'Other.')).toEqual([
    false,
    true,
  ]);
});
