import type { z } from 'zod';

/** What the API says when it refuses a client event: the inside of an `error` event. */
export class Refusal extends Error {
  readonly code: string;
  readonly param: string | null;

  constructor(code: string, message: string, param: string | null = null) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.param = param;
  }
}

/**
 * The refusal for what a strict schema found wrong in `data`: something missing is named first, then
 * something unknown, then a wrong value. `root` goes before the path in `param`.
 */
export function refusalFor(error: z.ZodError, data: unknown, root = ''): Refusal {
  const refusals = error.issues.map((issue) => refusalForIssue(issue, data, root));
  for (const code of ['missing_required_parameter', 'unknown_parameter']) {
    const found = refusals.find((refusal) => refusal.code === code);
    if (found) return found;
  }
  return refusals[0] ?? new Refusal('invalid_value', 'Invalid value.');
}

function refusalForIssue(issue: z.core.$ZodIssue, data: unknown, root: string): Refusal {
  const param = paramOf(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = paramOf(root, [...issue.path, issue.keys[0] ?? '']);
    return new Refusal('unknown_parameter', `Unknown parameter: '${unknown}'.`, unknown);
  }
  if (valueAt(data, issue.path) === undefined) {
    const message = `Missing required parameter: '${param}'.`;
    return new Refusal('missing_required_parameter', message, param);
  }
  return new Refusal('invalid_value', `Invalid value for '${param}': ${issue.message}.`, param);
}

function paramOf(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((param, key) => {
    if (typeof key === 'number') return `${param}[${key}]`;
    return param === '' ? String(key) : `${param}.${String(key)}`;
  }, root);
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    data,
  );
}
