import { type Base64Slice, isBase64, sliceOf } from '../base64';
import { CodedError } from '../errors';

/** An error as the Realtime API reports it; `event_id` names the client event that caused it. */
export interface RealtimeError {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly param: string | undefined;
  readonly eventId: string | undefined;
}

/** Where a piece of agent audio or text belongs. */
export interface ContentPlace {
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
}

/** What `session.created` and `session.updated` say of the session. */
export interface SessionState {
  readonly id: string | undefined;
  readonly model: string | undefined;
  /** Unix time in seconds. */
  readonly expiresAt: number | undefined;
  readonly inputFormat: string | undefined;
  readonly outputFormat: string | undefined;
  readonly turnDetection: Readonly<Record<string, unknown>>;
}

/** A server event, read. Events that a call does not need come back as `other`. */
export type ServerEvent =
  | { readonly type: 'session.created' | 'session.updated'; readonly session: SessionState }
  | {
      readonly type: 'input_audio_buffer.speech_started';
      readonly audioStartMs: number;
      readonly itemId: string;
    }
  | {
      readonly type: 'input_audio_buffer.speech_stopped';
      readonly audioEndMs: number;
      readonly itemId: string;
    }
  | {
      readonly type: 'conversation.item.input_audio_transcription.completed';
      readonly itemId: string;
      readonly transcript: string;
    }
  | {
      /** An item is in the conversation; older servers and some providers say `created`. */
      readonly type: 'conversation.item.added' | 'conversation.item.created';
      readonly itemId: string;
    }
  | { readonly type: 'response.created'; readonly responseId: string }
  | ({
      readonly type: 'response.output_audio.delta';
      /** Good only while the event is passed on: it may stand in the frame. */
      readonly delta: Base64Slice;
    } & ContentPlace)
  | ({ readonly type: 'response.output_audio.done' } & ContentPlace)
  | ({
      readonly type: 'response.output_audio_transcript.delta';
      readonly delta: string;
    } & ContentPlace)
  | ({
      readonly type: 'response.output_audio_transcript.done';
      readonly transcript: string;
    } & ContentPlace)
  | {
      readonly type: 'response.output_item.done';
      readonly responseId: string;
      /** Of a function call that is whole. */
      readonly call:
        { readonly callId: string; readonly name: string; readonly arguments: string } | undefined;
    }
  | {
      readonly type: 'response.done';
      readonly responseId: string;
      readonly status: string;
      readonly reason: string | undefined;
      readonly error: RealtimeError | undefined;
      readonly usage: unknown;
    }
  | {
      /** Of a server that the model calls by itself. */
      readonly type:
        | 'mcp_list_tools.failed'
        | 'response.mcp_call.in_progress'
        | 'response.mcp_call.completed'
        | 'response.mcp_call.failed';
      readonly itemId: string;
    }
  | { readonly type: 'error'; readonly error: RealtimeError }
  | { readonly type: 'other'; readonly name: string };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one text frame from the model, leniently: unknown events and fields are ignored.
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events
 * @throws CodedError `model_message_malformed`.
 */
export function readServerEvent(frame: string): ServerEvent {
  let message: unknown;
  try {
    message = JSON.parse(frame);
  } catch {
    throw new CodedError('model_message_malformed', 'not JSON');
  }
  const event = fields(message);
  const type = text(event.type);
  switch (type) {
    case 'session.created':
    case 'session.updated':
      return { type, session: readSession(fields(event.session)) };
    case 'input_audio_buffer.speech_started':
      return { type, audioStartMs: number(event.audio_start_ms) ?? 0, itemId: text(event.item_id) };
    case 'input_audio_buffer.speech_stopped':
      return { type, audioEndMs: number(event.audio_end_ms) ?? 0, itemId: text(event.item_id) };
    case 'conversation.item.input_audio_transcription.completed':
      return { type, itemId: text(event.item_id), transcript: text(event.transcript) };
    case 'conversation.item.added':
    case 'conversation.item.created':
      return { type, itemId: text(fields(event.item).id) };
    case 'response.created':
      return { type, responseId: text(fields(event.response).id) };
    case 'response.output_audio.delta':
      return { type, delta: readAudio(event.delta), ...place(event) };
    case 'response.output_audio.done':
      return { type, ...place(event) };
    case 'response.output_audio_transcript.delta':
      return { type, delta: text(event.delta), ...place(event) };
    case 'response.output_audio_transcript.done':
      return { type, transcript: text(event.transcript), ...place(event) };
    case 'response.output_item.done':
      return { type, responseId: text(event.response_id), call: readCall(fields(event.item)) };
    case 'response.done':
      return { type, ...readOutcome(fields(event.response)) };
    case 'mcp_list_tools.failed':
    case 'response.mcp_call.in_progress':
    case 'response.mcp_call.completed':
    case 'response.mcp_call.failed':
      return { type, itemId: text(event.item_id) };
    case 'error':
      return { type, error: readError(fields(event.error)) };
    case '':
      throw new CodedError('model_message_malformed', 'no type');
    default:
      return { type: 'other', name: type };
  }
}

/** Audio goes on to Twilio as it is, so it must be what it says. */
function readAudio(value: unknown): Base64Slice {
  const audio = text(value);
  if (isBase64(audio)) return sliceOf(audio);
  throw new CodedError('model_message_malformed', 'an audio delta is not base64');
}

function readSession(session: Fields): SessionState {
  const audio = fields(session.audio);
  return {
    id: optional(session.id),
    model: optional(session.model),
    expiresAt: number(session.expires_at),
    inputFormat: optional(fields(fields(audio.input).format).type),
    outputFormat: optional(fields(fields(audio.output).format).type),
    turnDetection: fields(fields(audio.input).turn_detection),
  };
}

function readOutcome(response: Fields) {
  const details = fields(response.status_details);
  return {
    responseId: text(response.id),
    status: text(response.status),
    reason: optional(details.reason),
    error: details.error ? readError(fields(details.error)) : undefined,
    usage: response.usage,
  };
}

/** A call that was broken off has the status `incomplete`, and its arguments are half of them. */
function readCall(item: Fields) {
  if (item.type !== 'function_call' || text(item.status) === 'incomplete') return undefined;
  return {
    callId: text(item.call_id),
    name: text(item.name),
    arguments: text(item.arguments),
  };
}

function readError(error: Fields): RealtimeError {
  return {
    type: text(error.type),
    code: text(error.code),
    message: text(error.message),
    param: optional(error.param),
    eventId: optional(error.event_id),
  };
}

function place(event: Fields): ContentPlace {
  return {
    responseId: text(event.response_id),
    itemId: text(event.item_id),
    contentIndex: number(event.content_index) ?? 0,
  };
}

/** JSON objects only; anything else reads as an object without fields. */
function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
