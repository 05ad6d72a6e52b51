import { MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';
import { clip } from '../clips/clips';
import type { Model, ModelOptions } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';
import { RECEPTIONIST } from '../model/shipped-scripts';

let model: Model;

afterEach(() => model.close());

async function connect(
  options: ModelOptions,
  turn_detection: object | null,
): Promise<RealtimeClient> {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity, ...options });
  const client = await RealtimeClient.connect(`${model.url}?model=m`);
  const format = { type: 'audio/pcmu' };
  const audio = { input: { format, turn_detection }, output: { format } };
  client.send({ type: 'session.update', session: { type: 'realtime', audio } });
  await client.until('session.updated');
  return client;
}

/** A call with something in every byte, so that no shift of it looks the same. */
const LINE = Buffer.concat([
  Buffer.from(Array.from({ length: 8_000 }, (_, at) => (at % 7 < 3 ? 0xff : 0x7f - (at % 2)))),
  clip('caller-interrupt').audio,
  Buffer.alloc(8_000, MULAW_SILENCE),
]);

test('a parrot says back the turn, from its padded start to its end, byte for byte', async () => {
  const client = await connect({ parrot: true }, { type: 'server_vad', silence_duration_ms: 300 });
  client.sendAudio(LINE, 160);
  const { audio_start_ms } = await client.until('input_audio_buffer.speech_started');
  const { audio_end_ms } = await client.until('input_audio_buffer.speech_stopped');
  await client.until('response.done');
  const turn = LINE.subarray(Number(audio_start_ms) * 8, Number(audio_end_ms) * 8);
  expect(turn.length).toBeGreaterThan(clip('caller-interrupt').audio.length);
  expect(client.audio().equals(turn)).toBe(true);
  expect(model.sessions[0]?.record.spoken[0]?.audio.equals(turn)).toBe(true);
  expect(model.sessions[0]?.appendedBytes.equals(LINE)).toBe(true);
});

test('the bytes are the same however they were cut on the way', async () => {
  const client = await connect({ parrot: true }, { type: 'server_vad' });
  client.sendAudio(LINE, 37);
  const { audio_start_ms } = await client.until('input_audio_buffer.speech_started');
  const { audio_end_ms } = await client.until('input_audio_buffer.speech_stopped');
  await client.until('response.done');
  const turn = LINE.subarray(Number(audio_start_ms) * 8, Number(audio_end_ms) * 8);
  expect(client.audio().equals(turn)).toBe(true);
});

test('in manual mode a parrot says back what was committed', async () => {
  const client = await connect({ parrot: true }, null);
  client.sendAudio(LINE);
  client.send({ type: 'input_audio_buffer.commit' });
  client.send({ type: 'response.create' });
  await client.until('response.done');
  expect(client.audio().equals(LINE)).toBe(true);
});

test('a parrot of the whole says back every byte since its last answer', async () => {
  const client = await connect({ parrotWhole: true }, { type: 'server_vad' });
  client.sendAudio(LINE);
  await client.until('response.done');
  const first = client.audio();
  expect(first.subarray(0, 8_000).equals(LINE.subarray(0, 8_000))).toBe(true);
  client.sendAudio(LINE);
  await client.until('response.done');
  expect(
    Buffer.concat([LINE, LINE]).subarray(0, client.audio().length).equals(client.audio()),
  ).toBe(true);
});

test('a parrot greets only with a script, and has nothing to say before it has heard', async () => {
  const silent = await connect({ parrot: true }, { type: 'server_vad' });
  silent.send({ type: 'response.create' });
  expect(await silent.until('response.done')).toMatchObject({
    response: { status: 'completed', output: [] },
  });
  await model.close();
  const client = await connect({ parrot: true, script: RECEPTIONIST }, { type: 'server_vad' });
  client.send({ type: 'response.create' });
  await client.until('response.done');
  expect(client.audio().equals(clip('agent-greeting').audio)).toBe(true);
});
