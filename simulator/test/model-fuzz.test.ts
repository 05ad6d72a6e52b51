import fc from 'fast-check';
import type { Model } from '../model/model-server';
import { startModel } from '../model/model-server';
import { RealtimeClient } from '../model/realtime-client';

let model: Model;

beforeAll(async () => {
  model = await startModel({ firstAudioMs: 0, audioRate: Infinity, transcriptionMs: 0 });
});

afterAll(() => model.close());

const types = fc.constantFrom(
  'session.update',
  'input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.delete',
  'conversation.item.retrieve',
  'conversation.item.truncate',
  'response.create',
  'response.cancel',
  'output_audio_buffer.clear',
  'constructor',
  '__proto__',
);

const item = fc.record(
  {
    type: fc.constantFrom('message', 'function_call', 'function_call_output', 'item_reference'),
    role: fc.constantFrom('user', 'system', 'assistant'),
    id: fc.constantFrom('item_a', 'item_b'),
    call_id: fc.constantFrom('call_a', 'call_b'),
    name: fc.string(),
    arguments: fc.string(),
    output: fc.string(),
    content: fc.array(
      fc.record({ type: fc.constantFrom('input_text', 'output_text'), text: fc.string() }),
    ),
  },
  { requiredKeys: [] },
);

const audio = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));
const format = fc.constantFrom(
  { type: 'audio/pcmu' },
  { type: 'audio/pcma' },
  { type: 'audio/pcm', rate: 24_000 },
);

const session = fc.record({
  type: fc.constant('realtime'),
  audio: fc.record({
    input: fc.record({
      format,
      turn_detection: fc.constantFrom(
        null,
        { type: 'semantic_vad' },
        { type: 'server_vad', threshold: 0, silence_duration_ms: 0, prefix_padding_ms: 0 },
      ),
    }),
    output: fc.record({ format }),
  }),
});

const clientEvent = fc.oneof(
  fc.json(),
  fc.string(),
  fc.record({ type: types, session: fc.jsonValue(), audio: fc.jsonValue() }, { requiredKeys: [] }),
  fc.record({ type: fc.constant('session.update'), session }),
  fc.record({
    type: fc.constant('input_audio_buffer.append'),
    audio: audio.map((bytes) => bytes.toString('base64')),
  }),
  fc.record({ type: types.filter((type) => type !== 'session.update') }),
  fc.record({ type: fc.constant('conversation.item.create'), item }),
  fc.record({
    type: fc.constant('conversation.item.truncate'),
    item_id: fc.constantFrom('item_a', 'item_b'),
    content_index: fc.integer({ min: -1, max: 2 }),
    audio_end_ms: fc.double(),
  }),
  fc.record({ type: fc.constant('response.create'), response: fc.jsonValue() }),
);

test('no client event ends the session or brings the model down', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(clientEvent, { maxLength: 30 }), async (events) => {
      const client = await RealtimeClient.connect(`${model.url}?model=m`);
      for (const event of events) client.send(event);
      client.send({ type: 'conversation.item.retrieve', event_id: 'last', item_id: 'item_z' });
      for (;;) {
        const { error } = await client.until('error');
        expect(error).toMatchObject({
          type: 'invalid_request_error',
          code: expect.any(String) as unknown,
        });
        if ((error as { event_id: unknown }).event_id === 'last') break;
      }
      client.close();
      expect((await client.closed).code).toBe(1000);
    }),
    { numRuns: 150 },
  );
});
