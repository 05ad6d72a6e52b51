/** The variables that the Functions read; a deployment needs these and no others. */
export const VARIABLE_NAMES = [
  'BRIDGE_URL',
  'BRIDGE_SECRET',
  'FUNCTIONS_URL',
  'OPENING_SAY',
  'FALLBACK_MODE',
  'FALLBACK_SAY',
  'FALLBACK_NUMBER',
  'FALLBACK_LANGUAGE',
  'FALLBACK_VOICE',
] as const;

/** Reads one variable from a Function's context; blank counts as not set. */
export function readVariable(context: object, name: string): string | undefined {
  const value: unknown = Reflect.get(context, name);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
