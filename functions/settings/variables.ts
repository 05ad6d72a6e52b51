/** The variables that the Functions read, and what each is for; a deployment needs these and no others. */
export const FUNCTIONS_VARIABLES = {
  BRIDGE_URL: 'Where the Functions reach the bridge: https, or this machine',
  BRIDGE_SECRET: 'Shared with the bridge: they sign with it',
  FUNCTIONS_URL: 'Where Twilio reaches the Functions; deployed, they know it themselves',
  OPENING_SAY: 'Said before the stream opens; better nothing, for it is dead time to the caller',
  FALLBACK_MODE: 'When bridge or model cannot help: say (default), dial, or message',
  FALLBACK_SAY: 'What is then said',
  FALLBACK_NUMBER: 'The number that is dialled, E.164',
  FALLBACK_LANGUAGE: 'Language of what is said, as Twilio names it: en-US, de-DE, …',
  FALLBACK_VOICE: 'Voice of what is said, as Twilio names it',
} as const;

/** Name of a variable of the Functions. */
export type VariableName = keyof typeof FUNCTIONS_VARIABLES;

/** All names. */
export const VARIABLE_NAMES = Object.keys(FUNCTIONS_VARIABLES) as readonly VariableName[]; // keys of a const

/** Reads one variable from a Function's context; blank counts as not set. */
export function readVariable(context: object, name: string): string | undefined {
  const value: unknown = Reflect.get(context, name);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
