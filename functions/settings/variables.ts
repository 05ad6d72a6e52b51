/** The variables that the Functions read, and whether the value is a secret. */
export const VARIABLES = {
  BRIDGE_URL: { secret: false },
  BRIDGE_SECRET: { secret: true },
  FUNCTIONS_URL: { secret: false },
  OPENING_SAY: { secret: false },
  FALLBACK_MODE: { secret: false },
  FALLBACK_SAY: { secret: false },
  FALLBACK_NUMBER: { secret: false },
  FALLBACK_LANGUAGE: { secret: false },
  FALLBACK_VOICE: { secret: false },
} as const;

/** Name of a variable of the Functions. */
export type VariableName = keyof typeof VARIABLES;

/** All names, in the order in which they are shown. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[]; // keys of a const

/** Reads one variable from a Function's context; blank counts as not set. */
export function readVariable(context: object, name: string): string | undefined {
  const value: unknown = Reflect.get(context, name);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
