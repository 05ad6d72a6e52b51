/**
 * One header of a request; a repeated one as HTTP joins them. Their names are in lower case.
 * Source: https://www.twilio.com/docs/serverless/functions-assets/functions/headers-and-cookies/accessing
 */
export function readHeader(event: object, name: string): string | undefined {
  const request: unknown = Reflect.get(event, 'request');
  const headers: unknown = isObject(request) ? Reflect.get(request, 'headers') : undefined;
  const value: unknown = isObject(headers) ? Reflect.get(headers, name) : undefined;
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
