/** The voices of the Realtime API. Others that OpenAI has are not for it, and come out distorted. */
const VOICES: ReadonlySet<string> = new Set([
  'marin',
  'cedar',
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'sage',
  'shimmer',
  'verse',
]);

/**
 * The models of the Realtime API, each with the day on which it is shut down, if one is announced.
 * Source: https://developers.openai.com/api/docs/deprecations
 */
const MODELS: Readonly<Record<string, string | null>> = {
  'gpt-realtime-2.1': null,
  'gpt-realtime-2.1-mini': null,
  'gpt-realtime-2': null,
  'gpt-realtime-1.5': null,
  'gpt-realtime': '2027-01-20',
  'gpt-realtime-2025-08-28': '2027-01-20',
  'gpt-realtime-mini': '2027-01-20',
  'gpt-realtime-mini-2025-10-06': '2027-01-20',
  'gpt-realtime-mini-2025-12-15': '2027-01-20',
};

/** The models that write down what the caller says, in the same way. */
const TRANSCRIPTION_MODELS: Readonly<Record<string, string | null>> = {
  'gpt-transcribe': null,
  'whisper-1': '2027-02-26',
  'gpt-4o-transcribe': '2027-02-26',
  'gpt-4o-mini-transcribe': '2027-02-26',
  'gpt-4o-mini-transcribe-2025-12-15': '2027-02-26',
  'gpt-4o-transcribe-diarize': '2027-02-26',
};

/** An end that is nearer than this is worth a warning: about the time that a change takes. */
const NEAR_DAYS = 120;

/** True for a model, also one that writes down, whose end this version would know. */
export function knowsModel(name: string): boolean {
  return Object.hasOwn(MODELS, name) || Object.hasOwn(TRANSCRIPTION_MODELS, name);
}

/** What speaks against a voice, in words; undefined if nothing does. */
export function doubtVoice(voice: string): string | undefined {
  return VOICES.has(voice)
    ? undefined
    : `${voice} is not a voice of the Realtime API that this version knows: ${[...VOICES].join(', ')}`;
}

/** What speaks against a model, in words; undefined if nothing does. */
export function doubtModel(model: string, nowMs: number): string | undefined {
  return doubt(model, MODELS, 'gpt-realtime-2.1', nowMs);
}

/** The same for a model that writes down what the caller says. */
export function doubtTranscriptionModel(model: string, nowMs: number): string | undefined {
  return doubt(model, TRANSCRIPTION_MODELS, 'gpt-transcribe', nowMs);
}

function doubt(
  model: string,
  known: Readonly<Record<string, string | null>>,
  instead: string,
  nowMs: number,
): string | undefined {
  const end = Object.hasOwn(known, model) ? known[model] : undefined;
  if (end === undefined) return `${model} is not a model that this version knows`;
  if (end === null) return undefined;
  const days = Math.ceil((Date.parse(end) - nowMs) / 86_400_000);
  if (days > NEAR_DAYS) return undefined;
  return days > 0
    ? `${model} is shut down on ${end}, in ${days} days; take ${instead}`
    : `${model} was shut down on ${end}; take ${instead}`;
}
