/**
 * The GA session object, as far as a phone call needs it.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/session/update
 */
export interface RealtimeSession {
  /** Required in every update; without it nothing of the update is applied. */
  readonly type: 'realtime';
  readonly output_modalities: readonly ['audio'] | readonly ['text'];
  readonly instructions: string;
  readonly tools?: readonly RealtimeTool[];
  readonly tool_choice?: 'auto' | 'none' | 'required';
  readonly audio: {
    readonly input: {
      readonly format: AudioFormat;
      readonly noise_reduction: { readonly type: 'near_field' | 'far_field' } | null;
      readonly transcription: { readonly model: string; readonly language?: string } | null;
      readonly turn_detection: TurnDetection | null;
    };
    readonly output: {
      readonly format: AudioFormat;
      readonly voice: string;
      readonly speed?: number;
    };
  };
}

/**
 * What the model may use: a function that the client runs, or an MCP server that the model calls.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/session/update
 */
export type RealtimeTool =
  | {
      readonly type: 'function';
      readonly name: string;
      readonly description: string;
      /** A JSON Schema. */
      readonly parameters: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: 'mcp';
      readonly server_label: string;
      readonly server_url: string;
      readonly authorization?: string;
      readonly allowed_tools?: readonly string[];
      readonly require_approval: 'never' | 'always';
    };

/** An update is a merge: with this only the turn detection changes. */
export interface TurnDetectionUpdate {
  readonly type: 'realtime';
  readonly audio: { readonly input: { readonly turn_detection: TurnDetection } };
}

/** `audio/pcmu` is headerless mu-law at 8000 Hz: the same bytes that Media Streams carry. */
export interface AudioFormat {
  readonly type: 'audio/pcmu' | 'audio/pcma' | 'audio/pcm';
  readonly rate?: number;
}

/**
 * When a turn ends. Defaults differ between OpenAI's pages, so every number is always sent.
 * Source: https://developers.openai.com/api/docs/guides/realtime-vad
 */
export type TurnDetection =
  | {
      readonly type: 'server_vad';
      readonly threshold: number;
      readonly prefix_padding_ms: number;
      readonly silence_duration_ms: number;
      readonly idle_timeout_ms: number | null;
      readonly create_response: boolean;
      readonly interrupt_response: boolean;
    }
  | {
      readonly type: 'semantic_vad';
      readonly eagerness: 'low' | 'medium' | 'high' | 'auto';
      readonly create_response: boolean;
      readonly interrupt_response: boolean;
    };
