import { z } from 'zod';

/** A place for a variable in a text: `{{party_size}}`, spaces allowed. */
export const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Nothing that an operator has a call about is longer, and it goes into every turn of the model. */
const MAX_LENGTH = 1_000;

const TYPES = {
  string: { is: `a text of at most ${MAX_LENGTH} characters`, fits: () => true },
  integer: { is: 'a whole number, as in 4', fits: (text) => /^-?\d{1,15}$/.test(text) },
  number: {
    is: 'a number, as in 4.5',
    fits: (text) => /^-?\d{1,15}(\.\d{1,15})?$/.test(text),
  },
  boolean: { is: 'true or false', fits: (text) => text === 'true' || text === 'false' },
  date: { is: 'a date, as in 2027-01-31', fits: isDate },
  time: {
    is: 'a time of 24 hours, as in 19:30',
    fits: (text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text),
  },
} as const satisfies Record<string, { is: string; fits: (text: string) => boolean }>;

const TYPE_NAMES = Object.keys(TYPES) as [keyof typeof TYPES]; // a table is never empty

const VARIABLE = z
  .strictObject({
    type: z.enum(TYPE_NAMES, { error: `must be one of ${TYPE_NAMES.join(', ')}` }),
    /** Left away: the call needs a value. Null: none is needed, and the place stays empty. */
    default: z.union([z.string(), z.number(), z.boolean()]).nullable().optional(),
    description: z.string().optional(),
  })
  .superRefine((variable, context) => {
    if (variable.default === undefined || variable.default === null) return;
    if (!fits(variable.type, String(variable.default)))
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: `must be ${TYPES[variable.type].is}`,
      });
  });

/** The variables that an agent file declares, by name. */
export const VARIABLES = z.record(
  z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      'must be letters, digits and _, and begin with a letter',
    ),
  VARIABLE,
);

/** One declared variable. */
export type Variable = Readonly<z.infer<typeof VARIABLE>>;

/** What a value of this variable has to look like, in words. */
export function describeVariable({ type }: Pick<Variable, 'type'>): string {
  return TYPES[type].is;
}

/** Whether a text is a value of this type. */
export function fits(type: Variable['type'], text: string): boolean {
  return text.length <= MAX_LENGTH && TYPES[type].fits(text);
}

/** The names that stand in a text as `{{name}}`, as they are written. */
export function findPlaceholders(text: string): readonly { name: string; written: string }[] {
  return [...text.matchAll(PLACEHOLDER)].map(([written, name = '']) => ({
    name: name.trim(),
    written,
  }));
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
