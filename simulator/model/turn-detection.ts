import { z } from 'zod';

const serverVadSchema = z.strictObject({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1).optional(),
  prefix_padding_ms: z.int().min(0).max(60_000).optional(),
  silence_duration_ms: z.int().min(0).max(60_000).optional(),
  idle_timeout_ms: z.int().min(5_000).max(30_000).nullable().optional(),
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
});

const semanticVadSchema = z.strictObject({
  type: z.literal('semantic_vad'),
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
});

/** `session.audio.input.turn_detection` as a client may send it. */
export const turnDetectionSchema = z.discriminatedUnion('type', [
  serverVadSchema,
  semanticVadSchema,
]);

/** What a client sends. */
export type TurnDetectionPatch = z.infer<typeof turnDetectionSchema>;

/** The whole setting, as it stands in a session. */
export type TurnDetectionSetting =
  Required<z.infer<typeof serverVadSchema>> | Required<z.infer<typeof semanticVadSchema>>;

/** The defaults of the spec's own `session.created` (the guides say 500 ms of silence, not 200). */
export const DEFAULT_SERVER_VAD: TurnDetectionSetting = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
};

const DEFAULT_SEMANTIC_VAD: TurnDetectionSetting = {
  type: 'semantic_vad',
  eagerness: 'auto',
  create_response: true,
  interrupt_response: true,
};

/** Assumed: semantic detection is played as energy detection that waits longer. */
const SEMANTIC_SILENCE_MS = { low: 1_200, medium: 800, auto: 800, high: 500 };

/** The rule by which the input buffer listens. */
export interface TurnDetection {
  readonly threshold: number;
  readonly prefixPaddingMs: number;
  readonly silenceDurationMs: number;
}

/** What is sent, laid over what holds; another type begins from its own defaults. */
export function mergeTurnDetection(
  current: TurnDetectionSetting | null,
  patch: TurnDetectionPatch | null,
): TurnDetectionSetting | null {
  if (patch === null) return null;
  if (patch.type === 'server_vad') {
    return {
      ...(current?.type === 'server_vad' ? current : DEFAULT_SERVER_VAD),
      ...patch,
    } as Required<z.infer<typeof serverVadSchema>>; // spreading an optional field over a required one: zod leaves out what was not sent
  }
  return {
    ...(current?.type === 'semantic_vad' ? current : DEFAULT_SEMANTIC_VAD),
    ...patch,
  } as Required<z.infer<typeof semanticVadSchema>>; // as above
}

/** The rule that a setting means; null is manual mode. */
export function turnDetectionRule(setting: TurnDetectionSetting | null): TurnDetection | null {
  if (setting === null) return null;
  if (setting.type === 'semantic_vad') {
    const silenceDurationMs = SEMANTIC_SILENCE_MS[setting.eagerness];
    return { threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs };
  }
  return {
    threshold: setting.threshold,
    prefixPaddingMs: setting.prefix_padding_ms,
    silenceDurationMs: setting.silence_duration_ms,
  };
}
