/** What stands in `From`, or in the user part of a SIP address, where a caller withholds the number. */
const WORDS = [
  'anonymous',
  'restricted',
  'unavailable',
  'unknown',
  'private',
  'blocked',
  'withheld',
] as const;

const KEYS = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

const MARKS: ReadonlySet<string> = new Set(WORDS.flatMap((word) => [word, spellOnKeypad(word)]));

/**
 * True where `From` does not tell who calls. Twilio then sends a word, or the word as it is spelt on
 * the keys of a phone, as +266696687 for ANONYMOUS. None of Twilio's pages lists them: these are
 * the ones that programs in the open were seen to expect, so what is unknown counts as a caller.
 * SIP has `sip:anonymous@anonymous.invalid` (RFC 3323 section 4.1).
 */
export function isWithheld(from: string): boolean {
  const user = from
    .trim()
    .toLowerCase()
    .replace(/^sips?:/, '')
    .replace(/@.*$/s, '')
    .replace(/^\+1?(?=\d)/, '');
  return user === '' || MARKS.has(user);
}

function spellOnKeypad(word: string): string {
  return Array.from(word, (letter) => KEYS.findIndex((key) => key.includes(letter)) + 2).join('');
}
