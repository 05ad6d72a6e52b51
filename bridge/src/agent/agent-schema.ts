import { z } from 'zod';
import type { Environment } from './secret';
import { objectSchema, toolSchema } from './tool-schema';
import { VARIABLES } from './variables';

const TURN_DETECTION = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('server_vad'),
      threshold: z.number().min(0).max(1).default(0.5),
      prefix_padding_ms: z.number().int().min(0).default(300),
      silence_duration_ms: z.number().int().min(0).default(500),
      idle_timeout_ms: z.number().int().min(5_000).max(30_000).nullable().default(null),
      create_response: z.boolean().default(true),
      interrupt_response: z.boolean().default(true),
    }),
    z.strictObject({
      type: z.literal('semantic_vad'),
      eagerness: z.enum(['low', 'medium', 'high', 'auto']).default('auto'),
      create_response: z.boolean().default(true),
      interrupt_response: z.boolean().default(true),
    }),
  ],
  { error: 'must be server_vad or semantic_vad' },
);

const MANNERS = z.strictObject({
  /** The greeting cannot be cut until it has played. */
  protect_greeting: z.boolean().default(false),
  /** Over 0: speech that is shorter does not cut the agent; the bridge judges, not the model. */
  min_interruption_ms: z.number().int().min(0).max(5_000).default(0),
  /** How long the goodbye may take to be heard before the call is hung up. */
  goodbye_ms: z.number().int().min(0).max(60_000).default(10_000),
});

const LIMITS = z.strictObject({
  /** The longest call; null for what the bridge allows. */
  call_s: z.number().int().min(1).nullable().default(null),
  /** After this silence the agent asks whether the caller is there; null for never. */
  silence_s: z.number().min(1).max(600).nullable().default(null),
  /** How often it asks before it ends the call. */
  silence_prompts: z.number().int().min(0).max(10).default(1),
});

const KEY_ACTION = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.literal('end_call') }),
    z.strictObject({ action: z.literal('transfer_call'), destination: z.string().min(1) }),
  ],
  { error: 'must be end_call or transfer_call' },
);

/**
 * The form of an agent file.
 * @param environment where `${NAME}` is looked up.
 */
export const agentSchema = (environment: Environment) =>
  z.strictObject({
    name: z.string().regex(AGENT_NAME, 'must be lower-case letters, digits, - or _'),
    /** ISO 639-1, a hint for the transcription of the caller. */
    language: z.string().regex(/^[a-z]{2}$/, 'must be two letters, as in en'),
    voice: z.string().min(1),
    /** Which model, if not REALTIME_MODEL. */
    model: z.string().min(1).optional(),
    /** What the agent says first; without one the caller speaks first. */
    greeting: z.string().min(1).optional(),
    instructions: z.string().min(1),
    variables: VARIABLES.default({}),
    turn_detection: TURN_DETECTION.default(() => TURN_DETECTION.parse({ type: 'server_vad' })),
    noise_reduction: z.enum(['near_field', 'far_field']).nullable().default(null),
    /** The model that writes down what the caller says; null for none. */
    transcription: z.string().min(1).nullable().default('gpt-transcribe'),
    manners: MANNERS.default(() => MANNERS.parse({})),
    limits: LIMITS.default(() => LIMITS.parse({})),
    /** What the fallback says when the model fails. */
    on_failure: z.strictObject({ say: z.string().min(1) }).optional(),
    /** What the caller hears who waits for the model: a file of headerless mu-law, 8 kHz. */
    on_wait: z.strictObject({ clip: z.string().min(1) }).optional(),
    /** What a key of the telephone does. */
    keys: z
      .record(z.string().regex(/^[0-9*#]$/, 'must be one key: 0 to 9, * or #'), KEY_ACTION)
      .default({}),
    tools: z.array(toolSchema(environment)).default([]),
    /** What report_outcome must give: a JSON Schema of an object. */
    outcome: objectSchema.optional(),
    /** What is left on an answering machine that takes a placed call; without it the agent hangs up. */
    voicemail: z.strictObject({ message: z.string().min(1) }).optional(),
    /** Present: this is said first, then both sides are recorded, if the bridge has a folder for it. */
    recording: z.strictObject({ consent: z.string().min(1) }).optional(),
  });

/** How an agent may be called: it is a file's name too, so nothing that leads out of the folder. */
export const AGENT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** One agent, as its file describes it, with every default filled in. */
export type Agent = Readonly<z.infer<ReturnType<typeof agentSchema>>>;
