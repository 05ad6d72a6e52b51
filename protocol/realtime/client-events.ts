import type { RealtimeSession } from './session';

/**
 * What a client may send, as far as a phone call needs it.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events
 */
export type ClientEvent =
  | {
      readonly type: 'session.update';
      readonly event_id?: string;
      readonly session: RealtimeSession;
    }
  | {
      readonly type: 'input_audio_buffer.append';
      readonly event_id?: string;
      readonly audio: string;
    }
  | {
      readonly type: 'response.create';
      readonly event_id?: string;
      readonly response?: { readonly instructions?: string };
    }
  | { readonly type: 'response.cancel'; readonly event_id?: string; readonly response_id?: string }
  | {
      readonly type: 'conversation.item.truncate';
      readonly event_id?: string;
      readonly item_id: string;
      readonly content_index: number;
      readonly audio_end_ms: number;
    };
