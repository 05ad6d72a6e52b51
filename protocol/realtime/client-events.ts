import type { RealtimeSession, TurnDetectionUpdate } from './session';

/**
 * What a client may send, as far as a phone call needs it.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events
 */
export type ClientEvent =
  | {
      readonly type: 'session.update';
      readonly event_id?: string;
      readonly session: RealtimeSession | TurnDetectionUpdate;
    }
  | {
      readonly type: 'input_audio_buffer.append';
      readonly event_id?: string;
      readonly audio: string;
    }
  | {
      readonly type: 'response.create';
      readonly event_id?: string;
      readonly response?: {
        readonly instructions?: string;
        readonly tool_choice?: 'auto' | 'none' | 'required';
      };
    }
  | { readonly type: 'response.cancel'; readonly event_id?: string; readonly response_id?: string }
  | {
      readonly type: 'conversation.item.create';
      readonly event_id?: string;
      /** Where it goes: `root` is the front; without it the end. */
      readonly previous_item_id?: string;
      /** An id of the client's own is at most 32 characters long. */
      readonly item: ClientItem & { readonly id?: string };
    }
  | {
      readonly type: 'conversation.item.delete';
      readonly event_id?: string;
      readonly item_id: string;
    }
  | {
      readonly type: 'conversation.item.truncate';
      readonly event_id?: string;
      readonly item_id: string;
      readonly content_index: number;
      readonly audio_end_ms: number;
    };

/** An item that a client may put into the conversation; audio of the assistant is not one. */
export type ClientItem =
  | {
      readonly type: 'function_call';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    }
  | { readonly type: 'function_call_output'; readonly call_id: string; readonly output: string }
  | {
      readonly type: 'message';
      readonly role: 'user' | 'system';
      readonly content: readonly [{ readonly type: 'input_text'; readonly text: string }];
    }
  | {
      readonly type: 'message';
      readonly role: 'user';
      /** Base64, in the input format of the session. */
      readonly content: readonly [{ readonly type: 'input_audio'; readonly audio: string }];
    }
  | {
      readonly type: 'message';
      readonly role: 'assistant';
      readonly content: readonly [{ readonly type: 'output_text'; readonly text: string }];
    };
