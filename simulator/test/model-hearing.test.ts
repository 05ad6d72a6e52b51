import { MULAW_SILENCE } from '@realtime-phone/protocol/mulaw';
import { allClips, clip } from '../clips/clips';
import type { AudioFormat } from '../model/audio-format';
import { convertAudio, samplesOf } from '../model/audio-format';
import type { Model } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

const PCMU: AudioFormat = { type: 'audio/pcmu' };

let model: Model;

beforeEach(async () => {
  model = await startModel({ firstAudioMs: 0, transcriptionMs: 0 });
});

afterEach(() => model.close());

/** A session on a telephone line, with that turn detection. */
async function connect(
  turn_detection: object | null = {},
  input: object = {},
): Promise<RealtimeClient> {
  const client = await RealtimeClient.connect(`${model.url}?model=m`);
  const detection = turn_detection && {
    type: 'server_vad',
    silence_duration_ms: 400,
    create_response: false,
    ...turn_detection,
  };
  client.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: {
        input: { format: PCMU, turn_detection: detection, ...input },
        output: { format: PCMU },
      },
    },
  });
  await client.until('session.updated');
  return client;
}

const silence = (ms: number) => Buffer.alloc(ms * 8, MULAW_SILENCE);

/** Where the audible part of a clip lies: samples over -40 dB of full scale. */
function audiblePart(audio: Buffer): { fromMs: number; toMs: number } {
  const samples = [...samplesOf(audio, PCMU)].map(Math.abs);
  const isLoud = (sample: number) => sample > 328;
  return { fromMs: samples.findIndex(isLoud) / 8, toMs: samples.findLastIndex(isLoud) / 8 };
}

/** Answers once everything that was sent before has been heard. */
async function flush(client: RealtimeClient): Promise<void> {
  client.send({ type: 'input_audio_buffer.clear' });
  await client.until('input_audio_buffer.cleared');
}

test.each(allClips().map(({ name, audio }) => [name, audio] as const))(
  'the start and the end of %s are found within 60 ms, as one turn',
  async (_, audio) => {
    const client = await connect({ prefix_padding_ms: 300 });
    client.sendAudio(Buffer.concat([silence(1_000), audio, silence(1_000)]));
    const started = await client.until('input_audio_buffer.speech_started');
    const stopped = await client.until('input_audio_buffer.speech_stopped');
    const { fromMs, toMs } = audiblePart(audio);
    expect(Math.abs(Number(started.audio_start_ms) + 300 - (1_000 + fromMs))).toBeLessThan(60);
    expect(Math.abs(Number(stopped.audio_end_ms) - 400 - (1_000 + toMs))).toBeLessThan(60);
    const committed = await client.until('input_audio_buffer.committed');
    expect(stopped.item_id).toBe(started.item_id);
    expect(committed.item_id).toBe(started.item_id);
    await flush(client);
    expect(client.all('input_audio_buffer.speech_started')).toHaveLength(1);
  },
);

test('the caller clips are one turn each even with 200 ms of silence', async () => {
  const callers = allClips().filter(({ who }) => who === 'caller');
  const client = await connect({ silence_duration_ms: 200 });
  for (const { audio } of callers) client.sendAudio(Buffer.concat([audio, silence(1_000)]));
  await flush(client);
  expect(client.all('input_audio_buffer.committed')).toHaveLength(callers.length);
});

test('nothing is found in silence, in faint noise, or in a click', async () => {
  const client = await connect();
  const faint = Buffer.from(Array.from({ length: 16_000 }, (_, at) => (at % 2 ? 0xfc : 0x7c)));
  const click = Buffer.alloc(80, 0x80);
  client.sendAudio(Buffer.concat([silence(3_000), faint, silence(200), click, silence(2_000)]));
  await flush(client);
  expect(client.all('input_audio_buffer.speech_started')).toEqual([]);
});

test('a higher threshold does not hear quiet speech', async () => {
  const loud = clip('caller-thanks').audio;
  const quiet = Buffer.from(loud.map((byte) => byte | 0x30)); // takes off 18 dB or more
  const heard = async (threshold: number) => {
    const client = await connect({ threshold });
    client.sendAudio(Buffer.concat([quiet, silence(1_000)]));
    await flush(client);
    return client.all('input_audio_buffer.speech_started').length > 0;
  };
  expect(await heard(0.3)).toBe(true);
  expect(await heard(1)).toBe(false);
});

test('a turn comes as stopped, committed, added, done, then transcription', async () => {
  const client = await connect({}, { transcription: { model: 'gpt-transcribe' } });
  client.sendAudio(Buffer.concat([clip('caller-book-table').audio, silence(1_000)]));
  await client.until('conversation.item.input_audio_transcription.completed');
  const types = client.events.map(({ type }) => type);
  expect(types.slice(types.indexOf('input_audio_buffer.speech_started'))).toEqual([
    'input_audio_buffer.speech_started',
    'input_audio_buffer.speech_stopped',
    'input_audio_buffer.committed',
    'conversation.item.added',
    'conversation.item.done',
    'conversation.item.input_audio_transcription.delta',
    'conversation.item.input_audio_transcription.completed',
  ]);
  expect(client.events.at(-1)).toMatchObject({
    transcript: clip('caller-book-table').text,
    usage: { type: 'duration' },
  });
});

test('in manual mode nothing is detected, and a commit takes all audio', async () => {
  const client = await connect(null);
  const { audio } = clip('caller-goodbye');
  client.sendAudio(Buffer.concat([audio, silence(2_000)]));
  client.send({ type: 'input_audio_buffer.commit' });
  const { item_id } = await client.until('input_audio_buffer.committed');
  client.send({ type: 'conversation.item.retrieve', item_id });
  const retrieved = await client.until('conversation.item.retrieved');
  const kept = Buffer.concat([audio, silence(2_000)]).toString('base64');
  expect(retrieved).toMatchObject({ item: { content: [{ type: 'input_audio', audio: kept }] } });
  expect(client.all('input_audio_buffer.speech_started')).toEqual([]);
  expect(client.all('response.created')).toEqual([]);
});

test('an empty buffer cannot be committed', async () => {
  const client = await connect(null);
  client.send({ type: 'input_audio_buffer.commit' });
  expect(await client.until('error')).toMatchObject({
    error: { code: 'input_audio_buffer_commit_empty' },
  });
  client.sendAudio(silence(500));
  await flush(client);
  client.send({ type: 'input_audio_buffer.commit' });
  await client.until('error');
  expect(client.all('input_audio_buffer.committed')).toEqual([]);
});

test('speech is found in 24 kHz linear audio too, on the same clock', async () => {
  const pcm: AudioFormat = { type: 'audio/pcm', rate: 24_000 };
  const client = await connect({}, { format: pcm });
  const { audio } = clip('caller-thanks');
  const line = Buffer.concat([silence(1_000), audio, silence(1_000)]);
  client.sendAudio(convertAudio(line, PCMU, pcm), 960);
  const started = await client.until('input_audio_buffer.speech_started');
  const expectedMs = 700 + audiblePart(audio).fromMs;
  expect(Math.abs(Number(started.audio_start_ms) - expectedMs)).toBeLessThan(60);
  await client.until('input_audio_buffer.committed');
});

test('a caller who stays silent after an answer is asked again when the idle time is over', async () => {
  const client = await connect({ idle_timeout_ms: 5_000 });
  client.send({ type: 'response.create' });
  await client.until('response.done');
  const answerMs = client.audio().length / 8;
  client.sendAudio(silence(answerMs + 4_900));
  await flush(client);
  expect(client.all('input_audio_buffer.timeout_triggered')).toEqual([]);
  client.sendAudio(silence(200));
  const timeout = await client.until('input_audio_buffer.timeout_triggered');
  expect(Number(timeout.audio_end_ms) - Number(timeout.audio_start_ms)).toBeCloseTo(5_000, -2);
  const committed = await client.until('input_audio_buffer.committed');
  expect(committed.item_id).toBe(timeout.item_id);
  await client.until('response.created');
});

test('15 MiB of audio are taken in one append, a byte more is refused, and so is bad base64', async () => {
  const client = await connect(null);
  const most = 15 * 1024 * 1024;
  const append = (audio: string) => client.send({ type: 'input_audio_buffer.append', audio });
  append(Buffer.alloc(most, MULAW_SILENCE).toString('base64'));
  append(Buffer.alloc(most + 1, MULAW_SILENCE).toString('base64'));
  append('AAA');
  append('AA==AAAA');
  const refusal = { error: { code: 'invalid_value', param: 'audio' } };
  expect(await client.until('error')).toMatchObject(refusal);
  expect(await client.until('error')).toMatchObject(refusal);
  expect(await client.until('error')).toMatchObject(refusal);
  await flush(client);
  expect(model.sessions[0]?.record.appendedByteCount).toBe(most);
}, 20_000);
