import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import OpenAI from 'openai';
import { OpenAIRealtimeError } from 'openai/realtime/internal-base';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { clip } from '../../simulator/clips/clips';
import { type Certificate, makeCertificate } from '../../simulator/model/certificate';
import { type Model, type ModelOptions, startModel } from '../../simulator/model/model-server';
import { RealtimeTalk } from './realtime-talk';
import { complaintsOf } from './type-check';

jest.setTimeout(30_000);

/** What the model sent in all tests of this file; the last one lets OpenAI's types judge it. */
const captured: RealtimeServerEvent[] = [];
let certificate: Certificate;
let model: Model | undefined;
let talk: RealtimeTalk | undefined;

beforeAll(async () => {
  certificate = await makeCertificate();
});

afterEach(async () => {
  captured.push(...(talk?.events ?? []));
  talk?.client.close();
  await model?.close();
  model = talk = undefined;
});

/** OpenAI's client as an application has it, but for the address and the certificate it trusts. */
async function connect(options: ModelOptions = {}, apiKey = 'sk-of-the-tests') {
  model = await startModel({ tls: certificate, apiKey: 'sk-of-the-tests', ...options });
  const baseURL = model.url.replace(/^wss/, 'https').replace(/\/realtime$/, '');
  const openai = new OpenAI({ apiKey, baseURL });
  const client = await OpenAIRealtimeWS.create(openai, {
    model: 'gpt-realtime-2.1',
    options: { ca: certificate.cert },
  });
  talk = new RealtimeTalk(client);
  return { model, talk, client };
}

/** Both ways mu-law, as on a telephone. */
async function setUp(options: ModelOptions = {}) {
  const all = await connect(options);
  const first = await all.talk.next('session.created');
  expect(all.talk.events[0]).toBe(first);
  all.client.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'Take bookings.',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          transcription: { model: 'gpt-4o-transcribe', language: 'en' },
          noise_reduction: { type: 'near_field' },
          turn_detection: {
            type: 'server_vad',
            threshold: 0.5,
            prefix_padding_ms: 300,
            silence_duration_ms: 500,
            create_response: true,
            interrupt_response: true,
          },
        },
        output: { format: { type: 'audio/pcmu' }, voice: 'marin', speed: 1 },
      },
      tools: [{ type: 'function', name: 'book_table', parameters: { type: 'object' } }],
      tool_choice: 'auto',
    },
  });
  expect((await all.talk.next('session.updated')).session).toMatchObject({
    type: 'realtime',
    audio: {
      input: { format: { type: 'audio/pcmu' } },
      output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
    },
  });
  return all;
}

const SCRIPT = {
  greeting: { clip: 'agent-greeting' },
  replies: [
    { tool: 'book_table', arguments: { people: 4, day: 'Friday', time: '19:00' } },
    { clip: 'agent-booked' },
    { clip: 'agent-changed' },
  ],
  heard: [clip('caller-book-table').text, clip('caller-interrupt').text],
};

describe("OpenAI's own realtime client", () => {
  it('greets, books through a function, is interrupted and truncates', async () => {
    const { model, talk, client } = await setUp({ script: SCRIPT });

    client.send({ type: 'response.create' });
    const greeting = await talk.next('response.output_audio_transcript.done');
    expect(greeting.transcript).toBe(clip('agent-greeting').text);
    expect((await talk.next('response.done')).response.status).toBe('completed');
    expect(talk.audioOf(greeting.item_id).equals(clip('agent-greeting').audio)).toBe(true);

    talk.speak('caller-book-table');
    const started = await talk.next('input_audio_buffer.speech_started');
    const stopped = await talk.next('input_audio_buffer.speech_stopped');
    expect(stopped.item_id).toBe(started.item_id);
    expect(stopped.audio_end_ms).toBeGreaterThan(started.audio_start_ms);
    expect((await talk.next('input_audio_buffer.committed')).item_id).toBe(started.item_id);
    const heard = await talk.next('conversation.item.input_audio_transcription.completed');
    expect(heard).toMatchObject({ item_id: started.item_id, transcript: SCRIPT.heard[0] });

    const called = await talk.next('response.function_call_arguments.done');
    expect(JSON.parse(called.arguments)).toEqual({ people: 4, day: 'Friday', time: '19:00' });
    const [item] = (await talk.next('response.done')).response.output ?? [];
    if (item?.type !== 'function_call' || item.call_id === undefined) throw new Error('no call');
    expect(item).toMatchObject({ name: 'book_table', call_id: called.call_id });
    const { call_id } = item;
    client.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id, output: '{"booked":true}' },
    });
    expect((await talk.next('conversation.item.done')).item.type).toBe('function_call_output');
    client.send({ type: 'response.create' });
    const { item_id } = await talk.next('response.output_audio.delta');
    await talk.next('response.output_audio.delta');

    talk.speak('caller-interrupt');
    await talk.next('input_audio_buffer.speech_started');
    const cut = await talk.next('response.done');
    expect(cut.response).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
    });
    const sentMs = talk.audioOf(item_id).length / 8;
    expect(sentMs).toBeLessThan(clip('agent-booked').durationMs);
    const audio_end_ms = Math.floor(sentMs / 2);
    client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms });
    expect(await talk.next('conversation.item.truncated')).toMatchObject({ item_id, audio_end_ms });

    const changed = await talk.next('response.output_audio_transcript.done');
    expect(changed.transcript).toBe(clip('agent-changed').text);
    expect((await talk.next('response.done')).response.status).toBe('completed');
    expect(talk.errors).toEqual([]);
    expect(model.sessions[0]?.record.errors).toEqual([]);
    expect(model.sessions[0]?.record.appendedBytes.includes(clip('caller-interrupt').audio)).toBe(
      true,
    );
  });

  it('keeps a conversation by hand: items, commits, a text and a word aside', async () => {
    const { talk, client } = await setUp({ script: SCRIPT, audioRate: Infinity });
    client.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: null } } },
    });
    await talk.next('session.updated');
    talk.speak('caller-book-table');
    client.send({ type: 'input_audio_buffer.commit' });
    const { item_id } = await talk.next('input_audio_buffer.committed');
    await talk.next('conversation.item.input_audio_transcription.delta');
    client.send({ type: 'conversation.item.retrieve', item_id });
    const { item } = await talk.next('conversation.item.retrieved');
    expect(item).toMatchObject({ role: 'user', content: [{ type: 'input_audio' }] });

    for (const role of ['system', 'user', 'assistant'] as const) {
      client.send({
        type: 'conversation.item.create',
        previous_item_id: item_id,
        item:
          role === 'assistant'
            ? { type: 'message', role, content: [{ type: 'output_text', text: 'Well.' }] }
            : { type: 'message', role, content: [{ type: 'input_text', text: 'Well?' }] },
      });
      expect((await talk.next('conversation.item.added')).item).toMatchObject({ role });
      expect((await talk.next('conversation.item.done')).previous_item_id).toBe(item_id);
    }
    client.send({ type: 'conversation.item.delete', item_id });
    expect((await talk.next('conversation.item.deleted')).item_id).toBe(item_id);
    client.send({ type: 'input_audio_buffer.clear' });
    await talk.next('input_audio_buffer.cleared');

    client.send({
      type: 'response.create',
      response: {
        conversation: 'none',
        output_modalities: ['text'],
        metadata: { topic: 'summary' },
        input: [],
        instructions: 'Sum up.',
      },
    });
    expect((await talk.next('response.output_text.done')).text).toBe('OK.');
    const aside = await talk.next('response.done');
    expect(aside.response).toMatchObject({ metadata: { topic: 'summary' }, status: 'completed' });
    expect(talk.errors).toEqual([]);
  });

  it('hears of a caller who says nothing', async () => {
    const { talk, client } = await setUp({ script: SCRIPT, audioRate: Infinity, firstAudioMs: 0 });
    client.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 5_000 } } },
      },
    });
    await talk.next('session.updated');
    client.send({ type: 'response.create' });
    await talk.next('response.done');
    const audio = Buffer.alloc(15_000 * 8, 0xff).toString('base64');
    client.send({ type: 'input_audio_buffer.append', audio });
    const { audio_start_ms, audio_end_ms } = await talk.next(
      'input_audio_buffer.timeout_triggered',
    );
    expect(audio_end_ms).toBeGreaterThan(audio_start_ms);
    await talk.next('response.done');
  });

  it('gets each refusal as an error of its own kind, and talks on', async () => {
    const { talk, client } = await setUp({ script: SCRIPT });
    const refused = async (event: Parameters<typeof client.send>[0]) => {
      const error = talk.nextError();
      client.send({ ...event, event_id: 'mine' });
      const found = await error;
      if (!(found instanceof OpenAIRealtimeError)) throw new Error('not an error of the client');
      expect(found.error).toMatchObject({ type: 'invalid_request_error', event_id: 'mine' });
      expect(found.message).toContain(found.error?.message);
      return found.error?.code;
    };
    expect(await refused({ type: 'response.cancel' })).toBe('response_cancel_not_active');
    expect(await refused({ type: 'input_audio_buffer.commit' })).toBe(
      'input_audio_buffer_commit_empty',
    );
    expect(
      await refused({
        type: 'session.update',
        session: { type: 'realtime', output_modalities: ['audio', 'text'] },
      }),
    ).toEqual(expect.any(String));
    const beyond = { type: 'conversation.item.truncate', content_index: 0 } as const;
    client.send({ type: 'response.create' });
    const { item_id } = await talk.next('response.output_audio.delta');
    expect(await refused({ type: 'response.create' })).toBe(
      'conversation_already_has_active_response',
    );
    expect(await refused({ ...beyond, item_id, audio_end_ms: 999_999 })).toBe('invalid_value');
    expect(await refused({ ...beyond, item_id: 'item_none', audio_end_ms: 0 })).toEqual(
      expect.any(String),
    );
    client.send({ type: 'response.cancel' });
    expect((await talk.next('response.done')).response.status_details?.reason).toBe(
      'client_cancelled',
    );
  });

  it('hears of a response that failed and of a session that has expired', async () => {
    const { model, talk, client } = await setUp({ faults: { failResponse: 'insufficient_quota' } });
    client.send({ type: 'response.create' });
    expect((await talk.next('response.done')).response).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'insufficient_quota' } },
    });
    const closed = new Promise<number>((resolve) => client.socket.once('close', resolve));
    model.sessions[0]?.expire();
    expect((await talk.next('error')).error.code).toBe('session_expired');
    expect(await closed).toBe(1001);
  });

  it('is refused with a wrong key', async () => {
    const { talk } = await connect({}, 'sk-of-another');
    expect(String(await talk.nextError())).toMatch(/401/);
    expect(talk.events).toEqual([]);
  });
});

/**
 * Where the API sends null and OpenAI's types have a field that may only be absent. Each is the API's
 * own way; no other complaint is let pass. EXAMPLE: in the example of the event in OpenAI's
 * specification (github:openai/openai-openapi, snapshot f85dbe2).
 */
const EXAMPLE = 'the specification has it so in its example';
const NULLS: Record<string, string> = {
  'session.created session audio input transcription': EXAMPLE,
  'session.created session audio input noise_reduction': EXAMPLE,
  'session.created session include': EXAMPLE,
  'session.updated session include': EXAMPLE,
  'response.created response status_details': EXAMPLE,
  'response.created response usage': EXAMPLE,
  'response.done response status_details': EXAMPLE,
  'response.created response conversation_id': 'said in words of RealtimeResponse.conversation_id',
  'response.done response conversation_id': 'said in words of RealtimeResponse.conversation_id',
  'conversation.item.added item content transcript': 'the Agents SDK fails where it is absent',
  'conversation.item.done item content transcript': 'the Agents SDK fails where it is absent',
};

/** The session of a server event is typed as what a client sends, which has no id yet. */
const OF_THE_SERVER = ['session.created session', 'session.updated session'].flatMap((at) =>
  ['id', 'object', 'expires_at'].map((name) => `${at} ${name}`),
);

describe("OpenAI's own types", () => {
  const require = createRequire(__filename);
  const TYPES = 'openai/resources/realtime/realtime';
  const newest = createRequire(require.resolve('@openai/agents'));
  const bare = () => captured.map((event) => without(event));

  it('are shown an event of every kind that this model can send', () => {
    expect(new Set(captured.map(({ type }) => type)).size).toBe(30);
  });

  it('of the newest client have nothing against any event', () => {
    const file = newest.resolve(TYPES);
    expect(complaintsOf(file, bare())).toEqual([]);
    const said = complaintsOf(file, captured).filter(({ message }) => message.includes("'null'"));
    expect([...new Set(said.map(({ at }) => at))].sort()).toEqual(Object.keys(NULLS).sort());
  });

  it('of the client that talks here have nothing against any event', () => {
    // This release does not know that field yet; the newest does.
    const unknown = 'response.done response status_details error message';
    const said = complaintsOf(require.resolve(TYPES), bare());
    expect(said.filter(({ at }) => at !== unknown)).toEqual([]);
  });

  it('of the Agents SDK know every event, and read it as what it is', () => {
    const agents = require.resolve('@openai/agents-realtime');
    // Its own reader of server events; what it does not know it calls generic, and drops.
    const { parseRealtimeEvent } = require(join(dirname(agents), 'openaiRealtimeEvents.js')) as {
      parseRealtimeEvent: (message: { data: string }) => { isGeneric: boolean };
    };
    const dropped = captured.filter(
      (event) => parseRealtimeEvent({ data: JSON.stringify(event) }).isGeneric,
    );
    // The SDK has no schema for the idle timeout; the types of the client have it.
    expect([...new Set(dropped.map(({ type }) => type))]).toEqual([
      'input_audio_buffer.timeout_triggered',
    ]);
  });

  it('do complain about what is wrong', () => {
    const wrong = [
      { type: 'conversation.item.truncated', event_id: 'e', item_id: 'i', content_index: 0 },
      { type: 'response.audio.delta', event_id: 'e' },
      { type: 'input_audio_buffer.cleared', event_id: 'e', more: 1 },
    ];
    expect(complaintsOf(require.resolve(TYPES), wrong)).toHaveLength(3);
  });
});

/** The event without what OpenAI's types leave out wrongly. */
function without(event: RealtimeServerEvent): object {
  const strip = (value: object, at: string): object => {
    if (Array.isArray(value)) return value.map((each: unknown) => inside(each, at));
    const kept = Object.entries(value as Record<string, unknown>).flatMap(([name, field]) => {
      const place = `${at} ${name}`;
      const known = field === null ? place in NULLS : OF_THE_SERVER.includes(place);
      return known ? [] : [[name, inside(field, place)] as const];
    });
    return Object.fromEntries(kept);
  };
  const inside = (value: unknown, at: string): unknown =>
    typeof value === 'object' && value !== null ? strip(value, at) : value;
  return strip(event, event.type);
}
