import { CodedError } from '../../protocol/errors';
import type { FormParameters } from '../../protocol/twilio-signature';

/** As many as the Functions runtime reads. */
const MAX_PARAMETERS = 1000;

/**
 * Reads a form post; a repeated name has an array, as the signature needs it.
 * @throws CodedError `body_not_form`.
 */
export function readForm(contentType: string | undefined, body: Buffer): FormParameters {
  if (body.length === 0) return {};
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new CodedError('body_not_form', `the content type is ${type ?? 'missing'}`);
  }
  const pairs = body.toString('latin1').split('&');
  if (pairs.length > MAX_PARAMETERS) {
    throw new CodedError('body_not_form', `over ${MAX_PARAMETERS} parameters`);
  }
  const form = new Map<string, string[]>();
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    if (cut < 1) throw new CodedError('body_not_form', 'a parameter has no name or no value');
    const name = decode(pair.slice(0, cut));
    form.set(name, [...(form.get(name) ?? []), decode(pair.slice(cut + 1))]);
  }
  return Object.fromEntries(
    [...form].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new CodedError('body_not_form', 'a percent sign stands alone');
  }
}
