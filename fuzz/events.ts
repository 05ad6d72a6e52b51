import fc from 'fast-check';

const TYPES = [
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.added',
  'response.created',
  'response.output_audio.delta',
  'response.output_audio.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
  'response.output_item.done',
  'response.mcp_call.in_progress',
  'response.mcp_call.completed',
  'response.mcp_call.failed',
  'response.done',
  'error',
  'rate_limits.updated',
  'constructor',
  '__proto__',
] as const;

const id = fc.constantFrom('a', 'b', 'c', '');
const ms = fc.oneof(
  fc.nat({ max: 60_000 }),
  fc.constantFrom(-1, 1e300, Number.MAX_SAFE_INTEGER, 0.5),
);
const call = fc.record({
  type: fc.constant('function_call'),
  call_id: id,
  name: fc.constantFrom('report_outcome', 'no_such_tool', '__proto__'),
  arguments: fc.oneof(fc.json({ maxDepth: 2 }), fc.string()),
  status: fc.constantFrom('completed', 'incomplete'),
});
const reply = fc.record({
  id,
  status: fc.constantFrom('completed', 'cancelled', 'incomplete', 'failed', 'x'),
  status_details: fc.jsonValue({ maxDepth: 2 }),
  usage: fc.jsonValue({ maxDepth: 2 }),
});

/** Events of the forms that the model has, in an order and with values that it has not. */
const likely = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    event_id: id,
    response_id: id,
    item_id: id,
    content_index: fc.constantFrom(0, 1, -1),
    audio_start_ms: ms,
    audio_end_ms: ms,
    delta: fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string(),
    ),
    transcript: fc.string(),
    item: fc.oneof(fc.record({ id }), call),
    response: reply,
    error: fc.record({ type: fc.string(), code: id, message: fc.string(), event_id: id }),
  },
  { requiredKeys: ['type'] },
);

/** Frames of the model's side; few end the session, so that most meet one that is there. */
export const modelEvent: fc.Arbitrary<string> = fc.oneof(
  { weight: 200, arbitrary: likely.map((event) => JSON.stringify(event)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string(),
      fc.constant('{"type":"session.updated","session":{}}'),
    ),
  },
);
