const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^AC[0-9a-f]{32}$/i, 'the SID of an account (AC…)'],
  [/^SK[0-9a-f]{32}$/, 'the SID of an API key of Twilio (SK…)'],
  [/^sk-|^ek_/, 'a key of OpenAI (sk-…)'],
  [/^[A-Z]{2}[0-9a-f]{32}$/, 'a SID of another kind'],
  [/^[0-9a-f]{32}$/i, 'an auth token of Twilio, by its shape'],
  [/^\+?\d{7,15}$/, 'a phone number'],
  [/^[a-z]+:\/\//i, 'an address'],
  [/^[a-z0-9]{32}$/i, 'the secret of an API key of Twilio, by its shape'],
];

/** What a value that stands in the wrong place is, as far as its shape tells; never the value. */
export function nameKind(value: string): string | undefined {
  return KINDS.find(([shape]) => shape.test(value))?.[1];
}

/** True for what was never filled in: the example, or words in its place. */
export function isPlaceholder(value: string): boolean {
  return /\.\.\.|…|^<.*>$|^x{3,}$|^(your|change|replace|todo|insert)/i.test(value);
}
