import { z } from 'zod';
import type { AudioFormat } from './audio-format';
import { audioFormatSchema, DEFAULT_FORMAT } from './audio-format';
import { Refusal, refusalFor } from './refusal';
import type { TurnDetectionSetting } from './turn-detection';
import { DEFAULT_SERVER_VAD, mergeTurnDetection, turnDetectionSchema } from './turn-detection';

const VOICES = [
  ...['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'],
] as const;

/** A voice of the API, by name or by the id of a custom one. */
export const voiceSchema = z.union([
  z.enum(VOICES),
  z.strictObject({ id: z.string().startsWith('voice_') }),
]);

/** Audio or text, one of them: both together are refused. */
export const modalitiesSchema = z
  .array(z.enum(['audio', 'text']))
  .length(1, 'the supported combinations are [audio] and [text]');

/** Tools of a session or of one response. */
export const toolsSchema = z.array(
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('function'),
      name: z.string().min(1),
      description: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
    }),
    z.strictObject({
      type: z.literal('mcp'),
      server_label: z.string(),
      server_url: z.string().optional(),
      connector_id: z.string().optional(),
      tunnel_id: z.string().optional(),
      server_description: z.string().optional(),
      authorization: z.string().optional(),
      headers: z.record(z.string(), z.string()).nullable().optional(),
      allowed_tools: z
        .union([z.array(z.string()), z.record(z.string(), z.unknown())])
        .nullable()
        .optional(),
      require_approval: z
        .union([z.enum(['always', 'never']), z.record(z.string(), z.unknown())])
        .nullable()
        .optional(),
      defer_loading: z.boolean().optional(),
    }),
  ]),
);

export const toolChoiceSchema = z.union([
  z.enum(['auto', 'none', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string() }),
  z.strictObject({
    type: z.literal('mcp'),
    server_label: z.string(),
    name: z.string().nullable().optional(),
  }),
]);

export const maxOutputTokensSchema = z.union([z.literal('inf'), z.int().min(1).max(4_096)]);

export const reasoningSchema = z.strictObject({
  effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});

export const promptSchema = z
  .strictObject({
    id: z.string(),
    version: z.string().nullable().optional(),
    variables: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .nullable();

const transcriptionSchema = z.strictObject({
  model: z.string().optional(),
  language: z.string().optional(),
  languages: z.array(z.string()).optional(),
  keywords: z.array(z.string()).optional(),
  prompt: z.string().optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});

const noiseReductionSchema = z.strictObject({
  type: z.enum(['near_field', 'far_field']).optional(),
  strength: z.number().optional(),
});

const patchSchema = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  output_modalities: modalitiesSchema.optional(),
  instructions: z.string().optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format: audioFormatSchema.optional(),
          noise_reduction: noiseReductionSchema.nullable().optional(),
          transcription: transcriptionSchema.nullable().optional(),
          turn_detection: turnDetectionSchema.nullable().optional(),
        })
        .optional(),
      output: z
        .strictObject({
          format: audioFormatSchema.optional(),
          voice: voiceSchema.optional(),
          speed: z.number().min(0.25).max(1.5).optional(),
        })
        .optional(),
    })
    .optional(),
  tools: toolsSchema.optional(),
  tool_choice: toolChoiceSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoningSchema.optional(),
  max_output_tokens: maxOutputTokensSchema.optional(),
  truncation: z
    .union([
      z.enum(['auto', 'disabled']),
      z.strictObject({
        type: z.literal('retention_ratio'),
        retention_ratio: z.number().min(0).max(1),
        token_limits: z.strictObject({ post_instructions: z.int().min(0).optional() }).optional(),
      }),
    ])
    .optional(),
  tracing: z
    .union([
      z.literal('auto'),
      z.strictObject({
        workflow_name: z.string().optional(),
        group_id: z.string().optional(),
        metadata: z.record(z.string(), z.unknown()).optional(),
      }),
    ])
    .nullable()
    .optional(),
  prompt: promptSchema.optional(),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).nullable().optional(),
});

/** What `session.update` may carry. */
export type SessionPatch = z.infer<typeof patchSchema>;
type TopLevel = Omit<SessionPatch, 'type' | 'model' | 'audio' | 'output_modalities'>;

/** The effective settings of a session, as `session.created` and `session.updated` carry them. */
export interface SessionSettings extends TopLevel {
  readonly type: 'realtime';
  readonly object: 'realtime.session';
  readonly id: string;
  readonly model: string;
  readonly expires_at: number;
  readonly output_modalities: readonly ('audio' | 'text')[];
  readonly audio: {
    readonly input: {
      readonly format: AudioFormat;
      readonly noise_reduction: z.infer<typeof noiseReductionSchema> | null;
      readonly transcription: z.infer<typeof transcriptionSchema> | null;
      readonly turn_detection: TurnDetectionSetting | null;
    };
    readonly output: {
      readonly format: AudioFormat;
      readonly voice: z.infer<typeof voiceSchema>;
      readonly speed: number;
    };
  };
}

/** The settings of a new session (the spec's own `session.created` example). `expiresAtS` is unix seconds. */
export function defaultSettings(id: string, model: string, expiresAtS: number): SessionSettings {
  return {
    type: 'realtime',
    object: 'realtime.session',
    id,
    model,
    output_modalities: ['audio'],
    instructions: 'You are a helpful assistant that talks with a caller.',
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    truncation: 'auto',
    tracing: null,
    prompt: null,
    expires_at: expiresAtS,
    audio: {
      input: {
        format: DEFAULT_FORMAT,
        transcription: null,
        noise_reduction: null,
        turn_detection: DEFAULT_SERVER_VAD,
      },
      output: { format: DEFAULT_FORMAT, voice: 'marin', speed: 1 },
    },
    include: null,
  };
}

/** Reads the `session` of a `session.update`. Throws a Refusal; then nothing of it may be applied. */
export function readSessionPatch(session: unknown): SessionPatch {
  const type: unknown =
    typeof session === 'object' && session !== null ? Reflect.get(session, 'type') : null;
  if (type === 'transcription') {
    const message = 'Passing a transcription session update to a realtime session is not allowed.';
    throw new Refusal('invalid_value', message, 'session.type');
  }
  const result = patchSchema.safeParse(session);
  if (!result.success) throw refusalFor(result.error, session, 'session');
  return result.data;
}

/**
 * The settings with a patch laid over them: only what is present changes. Throws a Refusal for what
 * may not change: the model, and the voice once the session has spoken (`hasSpoken`).
 */
export function mergeSettings(
  settings: SessionSettings,
  patch: SessionPatch,
  hasSpoken: boolean,
): SessionSettings {
  const { audio = {}, model, ...rest } = patch;
  if (model !== undefined && model !== settings.model) {
    throw new Refusal('invalid_value', 'The model of a session cannot change.', 'session.model');
  }
  const { input, output } = settings.audio;
  const voice = audio.output?.voice;
  // Assumed: the code is not in the documentation; clients of the API report it.
  if (hasSpoken && voice !== undefined && JSON.stringify(voice) !== JSON.stringify(output.voice)) {
    const message = "Cannot update a conversation's voice if assistant audio is present.";
    throw new Refusal('cannot_update_voice', message, 'session.audio.output.voice');
  }
  const { noise_reduction, transcription, turn_detection, format } = audio.input ?? {};
  return {
    ...settings,
    ...rest,
    output_modalities: rest.output_modalities ?? settings.output_modalities,
    audio: {
      input: {
        format: format ?? input.format,
        noise_reduction: overlay(input.noise_reduction, noise_reduction),
        transcription: overlay(input.transcription, transcription),
        turn_detection:
          turn_detection === undefined
            ? input.turn_detection
            : mergeTurnDetection(input.turn_detection, turn_detection),
      },
      output: {
        format: audio.output?.format ?? output.format,
        voice: voice ?? output.voice,
        speed: audio.output?.speed ?? output.speed,
      },
    },
  };
}

function overlay<T extends object>(current: T | null, patch: T | null | undefined): T | null {
  if (patch === undefined) return current;
  return patch === null ? null : { ...current, ...patch };
}
