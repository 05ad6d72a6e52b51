/** Puts `***` where a secret stands in a text. */
export type Redaction = (text: string) => string;

/** What is shorter is no secret, and would be found in innocent words. */
const SHORTEST = 8;

/** Makes it for these secrets, as they are and as they stand within JSON and addresses. */
export function createRedaction(secrets: readonly string[]): Redaction {
  const forms = new Set(
    secrets.flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
    ]),
  );
  // The longest first: one may be the beginning of another.
  const sorted = [...forms]
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => sorted.reduce((left, form) => left.replaceAll(form, '***'), text);
}
