import { Ajv, type ErrorObject } from 'ajv';

/** A JSON Schema (draft 7) of an object, as an agent file gives it. */
export type ObjectSchema = Readonly<Record<string, unknown>>;

/** A fault in a schema: where in it, as keys and indexes, and what. */
export interface SchemaFault {
  readonly path: readonly string[];
  readonly message: string;
}

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

// An unknown keyword or format is a slip of the pen, so it is refused. What strict mode says beyond
// that is a matter of taste.
const AJV = new Ajv({
  allErrors: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  addUsedSchema: false,
  formats: {
    date: DATE,
    time: TIME,
    'date-time': { validate: (text: string) => !Number.isNaN(Date.parse(text)) },
    email: /^[^\s@]+@[^\s@]+$/,
    uri: { validate: (text: string) => URL.canParse(text) },
  },
});

const compiled = new WeakMap<ObjectSchema, ReturnType<typeof AJV.compile>>();

/** What is wrong with a schema itself; nothing if it can be used. */
export function findSchemaFaults(schema: ObjectSchema): readonly SchemaFault[] {
  if (schema.type !== 'object')
    return [{ path: [], message: 'must be a schema of an object, so begin with type: object' }];
  const { $schema } = schema;
  const rest = withoutDialect(schema);
  if (typeof $schema === 'string' && !$schema.includes('draft-07'))
    return [{ path: ['$schema'], message: 'only draft 7 is known; leave it away' }];
  if (AJV.validateSchema(rest) !== true)
    return (AJV.errors ?? []).map((error) => ({
      path: splitPointer(error.instancePath),
      message: describeError(error),
    }));
  try {
    compile(schema);
    return [];
  } catch (error) {
    return [{ path: [], message: error instanceof Error ? error.message : String(error) }];
  }
}

/**
 * Checks a value against a schema that `findSchemaFaults` found nothing wrong with.
 * @returns one line a fault, `date: must match format "date"`; nothing if it fits.
 */
export function checkValue(schema: ObjectSchema, value: unknown): readonly string[] {
  const check = compile(schema);
  if (check(value) === true) return [];
  return (check.errors ?? []).map((error) => {
    const where = splitPointer(error.instancePath).join('.');
    return `${where === '' ? '' : `${where}: `}${describeError(error)}`;
  });
}

function compile(schema: ObjectSchema) {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const check = AJV.compile(withoutDialect(schema));
  compiled.set(schema, check);
  return check;
}

/** Some schemas name their draft by an address with a `#` at its end, which ajv takes for another. */
function withoutDialect(schema: ObjectSchema): ObjectSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'));
}

function describeError({ keyword, message, params }: ErrorObject): string {
  const text = message ?? keyword;
  if (keyword === 'additionalProperties')
    return `${text}: ${String(params.additionalProperty)} is not one of them`;
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  return text;
}

function splitPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}
