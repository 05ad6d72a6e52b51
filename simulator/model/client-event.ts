import { z } from 'zod';
import { audioFormatSchema } from './audio-format';
import { clientItemSchema, itemReferenceSchema } from './item';
import { Refusal, refusalFor } from './refusal';
import {
  maxOutputTokensSchema,
  modalitiesSchema,
  promptSchema,
  reasoningSchema,
  toolChoiceSchema,
  toolsSchema,
  voiceSchema,
} from './session-settings';

const MAX_APPEND_BYTES = 15 * 1024 * 1024;
const NOT_BASE64 = /[^A-Za-z0-9+/]/;

const audioSchema = z
  .string()
  .refine(isBase64, 'expected base64-encoded audio bytes')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((audio) => audio.length <= MAX_APPEND_BYTES, 'audio is over 15 MiB');

const responseSchema = z.strictObject({
  audio: z
    .strictObject({
      output: z
        .strictObject({ format: audioFormatSchema.optional(), voice: voiceSchema.optional() })
        .optional(),
    })
    .optional(),
  conversation: z.enum(['auto', 'none']).optional(),
  input: z.array(z.union([clientItemSchema, itemReferenceSchema])).optional(),
  instructions: z.string().optional(),
  max_output_tokens: maxOutputTokensSchema.optional(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((metadata) => Object.keys(metadata).length <= 16, 'at most 16 pairs')
    .nullable()
    .optional(),
  output_modalities: modalitiesSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  prompt: promptSchema.optional(),
  reasoning: reasoningSchema.optional(),
  tool_choice: toolChoiceSchema.optional(),
  tools: toolsSchema.optional(),
});

const event_id = z.string().max(512).optional();
const item_id = z.string();

const SCHEMAS = {
  'session.update': z.strictObject({
    type: z.literal('session.update'),
    event_id,
    session: z.unknown(),
  }),
  'input_audio_buffer.append': z.strictObject({
    type: z.literal('input_audio_buffer.append'),
    event_id,
    audio: audioSchema,
  }),
  'input_audio_buffer.commit': z.strictObject({
    type: z.literal('input_audio_buffer.commit'),
    event_id,
  }),
  'input_audio_buffer.clear': z.strictObject({
    type: z.literal('input_audio_buffer.clear'),
    event_id,
  }),
  'conversation.item.create': z.strictObject({
    type: z.literal('conversation.item.create'),
    event_id,
    previous_item_id: z.string().nullable().optional(),
    item: clientItemSchema,
  }),
  'conversation.item.delete': z.strictObject({
    type: z.literal('conversation.item.delete'),
    event_id,
    item_id,
  }),
  'conversation.item.retrieve': z.strictObject({
    type: z.literal('conversation.item.retrieve'),
    event_id,
    item_id,
  }),
  'conversation.item.truncate': z.strictObject({
    type: z.literal('conversation.item.truncate'),
    event_id,
    item_id,
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  'response.create': z.strictObject({
    type: z.literal('response.create'),
    event_id,
    response: responseSchema.optional(),
  }),
  'response.cancel': z.strictObject({
    type: z.literal('response.cancel'),
    event_id,
    response_id: z.string().optional(),
  }),
  'output_audio_buffer.clear': z.strictObject({
    type: z.literal('output_audio_buffer.clear'),
    event_id,
  }),
} as const;

type Schemas = typeof SCHEMAS;

/** The type of a client event. */
export type ClientEventType = keyof Schemas;

/** A client event that holds; its audio is decoded. */
export type ClientEvent = { [T in ClientEventType]: z.infer<Schemas[T]> }[ClientEventType];

/** What `response.create` may ask for. */
export type ResponseRequest = z.infer<typeof responseSchema>;

/** The JSON of a text frame. Throws a Refusal when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Assumed: the code; the documentation does not show what a broken frame is answered with.
    throw new Refusal('invalid_json', 'We could not parse the JSON body of your event.');
  }
}

/** The client's own id of an event, whatever else is wrong with it. */
export function eventIdOf(data: unknown): string | null {
  const id: unknown =
    typeof data === 'object' && data !== null ? Reflect.get(data, 'event_id') : null;
  return typeof id === 'string' ? id : null;
}

/** Reads a client event. Throws a Refusal. */
export function readClientEvent(data: unknown): ClientEvent {
  const type: unknown =
    typeof data === 'object' && data !== null ? Reflect.get(data, 'type') : undefined;
  if (typeof type !== 'string') {
    throw new Refusal('invalid_event', "The 'type' field is missing.");
  }
  if (!isClientEventType(type)) {
    const known = Object.keys(SCHEMAS).join("', '");
    const message = `Invalid value: '${type}'. Supported values are: '${known}'.`;
    throw new Refusal('invalid_value', message, 'type');
  }
  const result = SCHEMAS[type].safeParse(data);
  if (!result.success) throw refusalFor(result.error, data);
  return result.data;
}

/** Looks for what may not be there: a pattern of what may would run out of stack on 15 MiB. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && !NOT_BASE64.test(text.replace(/={1,2}$/, ''));
}

function isClientEventType(type: string): type is ClientEventType {
  return Object.hasOwn(SCHEMAS, type);
}
