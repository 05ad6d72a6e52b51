import { CodedError } from '@realtime-phone/protocol/errors';

/**
 * Reads a body that must be one JSON object.
 * @throws CodedError `body_not_json`.
 */
export function readJson(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new CodedError('body_not_json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CodedError('body_not_json', 'it is not an object');
  }
  return value as Record<string, unknown>; // a JSON object has string keys
}
