import { sliceOf } from '../base64';
import fc from 'fast-check';
import { CodedError } from '../errors';
import { readServerEvent } from '../realtime/server-events';

const read = (event: unknown) => readServerEvent(JSON.stringify(event));
const PLACE = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
const READ_PLACE = { responseId: 'resp_1', itemId: 'item_1', contentIndex: 0 };

test.each(['session.created', 'session.updated'])('%s tells the formats', (type) => {
  const session = {
    id: 'sess_1',
    model: 'gpt-realtime-2.1',
    expires_at: 1_790_000_000,
    audio: {
      input: { format: { type: 'audio/pcmu' } },
      output: { format: { type: 'audio/pcmu' } },
    },
  };
  expect(read({ type, event_id: 'e', session })).toMatchObject({
    type,
    session: {
      id: 'sess_1',
      model: 'gpt-realtime-2.1',
      expiresAt: 1_790_000_000,
      inputFormat: 'audio/pcmu',
      outputFormat: 'audio/pcmu',
    },
  });
  expect(read({ type })).toMatchObject({ session: { inputFormat: undefined, id: undefined } });
});

test('speech of the caller', () => {
  expect(
    read({ type: 'input_audio_buffer.speech_started', audio_start_ms: 120, item_id: 'i' }),
  ).toMatchObject({ audioStartMs: 120, itemId: 'i' });
  expect(
    read({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 900, item_id: 'i' }),
  ).toMatchObject({ audioEndMs: 900, itemId: 'i' });
  const type = 'conversation.item.input_audio_transcription.completed';
  expect(read({ type, item_id: 'i', transcript: 'hello' })).toEqual({
    type,
    itemId: 'i',
    transcript: 'hello',
  });
});

test('audio and words of the agent know their place', () => {
  expect(read({ type: 'response.created', response: { id: 'resp_1' } })).toMatchObject({
    responseId: 'resp_1',
  });
  expect(read({ type: 'response.output_audio.delta', delta: '//8=', ...PLACE })).toEqual({
    type: 'response.output_audio.delta',
    delta: sliceOf('//8='),
    ...READ_PLACE,
  });
  expect(read({ type: 'response.output_audio.done', ...PLACE })).toMatchObject(READ_PLACE);
  expect(
    read({ type: 'response.output_audio_transcript.done', transcript: 'hi', ...PLACE }),
  ).toMatchObject({ transcript: 'hi', ...READ_PLACE });
});

test('how a response ended', () => {
  const usage = { total_tokens: 7 };
  expect(
    read({ type: 'response.done', response: { id: 'resp_1', status: 'completed', usage } }),
  ).toEqual({
    type: 'response.done',
    responseId: 'resp_1',
    status: 'completed',
    reason: undefined,
    error: undefined,
    usage,
  });
  const error = { type: 'server_error', code: 'insufficient_quota', message: 'no' };
  expect(
    read({
      type: 'response.done',
      response: { id: 'resp_1', status: 'failed', status_details: { reason: 'x', error } },
    }),
  ).toMatchObject({ status: 'failed', reason: 'x', error: { code: 'insufficient_quota' } });
});

test('an error names the event that caused it', () => {
  expect(
    read({ type: 'error', error: { type: 't', code: 'c', message: 'm', event_id: 'e' } }),
  ).toEqual({
    type: 'error',
    error: { type: 't', code: 'c', message: 'm', param: undefined, eventId: 'e' },
  });
});

test('an event that a call does not need comes back as other', () => {
  expect(read({ type: 'rate_limits.updated' })).toEqual({
    type: 'other',
    name: 'rate_limits.updated',
  });
});

test.each(['{', '"a"', '{}', 'null', '[]'])('%s cannot be read', (frame) => {
  expect(() => readServerEvent(frame)).toThrow(CodedError);
});

test('nothing that can be sent breaks it: it reads or gives a code', () => {
  const types = fc.constantFrom('session.updated', 'response.done', 'response.created', 'error');
  const fields = { session: fc.jsonValue(), response: fc.jsonValue(), error: fc.jsonValue() };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.record({ type: types, ...fields }).map((event) => JSON.stringify(event)),
      ),
      (frame) => {
        try {
          expect(typeof readServerEvent(frame).type).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      },
    ),
  );
});
