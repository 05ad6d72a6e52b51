import type { Model } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

let model: Model;
let client: RealtimeClient;

beforeEach(async () => {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity });
  client = await RealtimeClient.connect(`${model.url}?model=gpt-realtime-2.1`);
  await client.until('session.created');
});

afterEach(() => model.close());

const PHONE = {
  type: 'realtime',
  audio: {
    input: { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad' } },
    output: { format: { type: 'audio/pcmu' } },
  },
};

const update = (session: unknown) =>
  client.send({ type: 'session.update', event_id: 'e1', session });

async function refusal(): Promise<unknown> {
  return (await client.until('error')).error;
}

test('session.updated carries the whole session with what was sent laid over it', async () => {
  update({
    ...PHONE,
    instructions: 'Be brief.',
    audio: {
      ...PHONE.audio,
      input: {
        ...PHONE.audio.input,
        turn_detection: { type: 'server_vad', silence_duration_ms: 500, threshold: 0.6 },
        transcription: { model: 'gpt-transcribe' },
      },
    },
  });
  expect(await client.until('session.updated')).toMatchObject({
    session: {
      id: expect.stringMatching(/^sess_/) as unknown,
      instructions: 'Be brief.',
      tool_choice: 'auto',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          transcription: { model: 'gpt-transcribe' },
          turn_detection: { silence_duration_ms: 500, threshold: 0.6, prefix_padding_ms: 300 },
        },
        output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
      },
    },
  });
  update({ type: 'realtime', audio: { output: { voice: 'cedar' } } });
  expect(await client.until('session.updated')).toMatchObject({
    session: {
      audio: {
        input: { turn_detection: { silence_duration_ms: 500 } },
        output: { format: { type: 'audio/pcmu' }, voice: 'cedar' },
      },
    },
  });
});

test('turn_detection null is manual mode, and another type begins from its own defaults', async () => {
  const detect = (turn_detection: unknown) =>
    update({ type: 'realtime', audio: { input: { turn_detection } } });
  const expectDetection = async (turn_detection: unknown) =>
    expect(await client.until('session.updated')).toMatchObject({
      session: { audio: { input: { turn_detection } } },
    });
  detect(null);
  await expectDetection(null);
  detect({ type: 'semantic_vad', eagerness: 'low' });
  await expectDetection({ type: 'semantic_vad', eagerness: 'low', interrupt_response: true });
  detect({ type: 'server_vad' });
  await expectDetection({ type: 'server_vad', threshold: 0.5 });
});

test('without session.type nothing is applied', async () => {
  update({ instructions: 'Be brief.', modalities: ['audio'] });
  expect(await refusal()).toEqual({
    type: 'invalid_request_error',
    code: 'missing_required_parameter',
    message: "Missing required parameter: 'session.type'.",
    param: 'session.type',
    event_id: 'e1',
  });
  update({ type: 'realtime' });
  const updated = await client.until('session.updated');
  expect(updated.session).not.toMatchObject({ instructions: 'Be brief.' });
});

test('one unknown field refuses the whole update', async () => {
  update({ ...PHONE, temperature: 0.8 });
  expect(await refusal()).toMatchObject({
    code: 'unknown_parameter',
    param: 'session.temperature',
  });
  update({ type: 'realtime' });
  const updated = await client.until('session.updated');
  expect(updated).toMatchObject({ session: { audio: { output: { format: { rate: 24_000 } } } } });
});

const input = (fields: object) => ({ type: 'realtime', audio: { input: fields } });
const output = (fields: object) => ({ type: 'realtime', audio: { output: fields } });
const vad = (fields: object) => input({ turn_detection: { type: 'server_vad', ...fields } });

test.each([
  ['a missing session', undefined, 'missing_required_parameter', 'session'],
  ['a session of another type', { type: 'live' }, 'invalid_value', 'session.type'],
  ['a transcription session', { type: 'transcription' }, 'invalid_value', 'session.type'],
  ['a flat voice', { type: 'realtime', voice: 'marin' }, 'unknown_parameter', 'session.voice'],
  [
    'both modalities',
    { type: 'realtime', output_modalities: ['audio', 'text'] },
    'invalid_value',
    'session.output_modalities',
  ],
  [
    'a voice of another product',
    output({ voice: 'nova' }),
    'invalid_value',
    'session.audio.output.voice',
  ],
  ['a speed over 1.5', output({ speed: 1.6 }), 'invalid_value', 'session.audio.output.speed'],
  [
    'a format by its beta name',
    output({ format: 'g711_ulaw' }),
    'invalid_value',
    'session.audio.output.format',
  ],
  [
    'pcmu with a rate',
    output({ format: { type: 'audio/pcmu', rate: 8_000 } }),
    'unknown_parameter',
    'session.audio.output.format.rate',
  ],
  [
    'pcm at 8 kHz',
    input({ format: { type: 'audio/pcm', rate: 8_000 } }),
    'invalid_value',
    'session.audio.input.format.rate',
  ],
  [
    'an idle timeout under 5 s',
    vad({ idle_timeout_ms: 4_999 }),
    'invalid_value',
    'session.audio.input.turn_detection.idle_timeout_ms',
  ],
  [
    'an idle timeout over 30 s',
    vad({ idle_timeout_ms: 30_001 }),
    'invalid_value',
    'session.audio.input.turn_detection.idle_timeout_ms',
  ],
  [
    'a threshold over 1',
    vad({ threshold: 1.5 }),
    'invalid_value',
    'session.audio.input.turn_detection.threshold',
  ],
  [
    'a threshold for semantic detection',
    input({ turn_detection: { type: 'semantic_vad', threshold: 0.5 } }),
    'unknown_parameter',
    'session.audio.input.turn_detection.threshold',
  ],
  [
    'turn detection with no type',
    input({ turn_detection: { threshold: 0.5 } }),
    'missing_required_parameter',
    'session.audio.input.turn_detection.type',
  ],
  [
    'a tool with no name',
    { type: 'realtime', tools: [{ type: 'function' }] },
    'missing_required_parameter',
    'session.tools[0].name',
  ],
  ['another model', { type: 'realtime', model: 'other' }, 'invalid_value', 'session.model'],
  [
    'too many output tokens',
    { type: 'realtime', max_output_tokens: 5_000 },
    'invalid_value',
    'session.max_output_tokens',
  ],
])('session.update refuses %s', async (_, session, code, param) => {
  update(session);
  expect(await refusal()).toMatchObject({ code, param, event_id: 'e1' });
  expect(client.all('session.updated')).toEqual([]);
});

test('the voice is locked once the session has spoken, and may be named again', async () => {
  update(PHONE);
  client.send({ type: 'response.create' });
  await client.until('response.done');
  update(output({ voice: 'cedar' }));
  expect(await refusal()).toMatchObject({ code: 'cannot_update_voice' });
  update(output({ voice: 'marin' }));
  await client.until('session.updated');
});

test.each([
  ['no type', { event_id: 'e1' }, 'invalid_event', null],
  ['a type of the beta', { type: 'transcription_session.update' }, 'invalid_value', 'type'],
  ['an unknown field', { type: 'response.cancel', all: true }, 'unknown_parameter', 'all'],
  [
    'audio that is not base64',
    { type: 'input_audio_buffer.append', audio: '#' },
    'invalid_value',
    'audio',
  ],
  [
    'an append without audio',
    { type: 'input_audio_buffer.append' },
    'missing_required_parameter',
    'audio',
  ],
  ['output_audio_buffer.clear', { type: 'output_audio_buffer.clear' }, 'invalid_value', 'type'],
])('an event with %s is refused and the session goes on', async (_, event, code, param) => {
  client.send({ ...event, event_id: 'mine' });
  expect(await refusal()).toMatchObject({ code, param, event_id: 'mine' });
  client.send({ type: 'input_audio_buffer.clear' });
  await client.until('input_audio_buffer.cleared');
});

test('a frame that is not JSON is refused and the session goes on', async () => {
  client.send('{"type":');
  expect(await refusal()).toMatchObject({ type: 'invalid_request_error', event_id: null });
  client.send({ type: 'input_audio_buffer.clear' });
  await client.until('input_audio_buffer.cleared');
});
