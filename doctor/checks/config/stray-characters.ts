import type { Finding } from '../../check';

/** Variables of one word: nothing stands in them that cannot be seen. */
const ONE_WORD = [
  'OPENAI_API_KEY',
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_PHONE_NUMBER',
  'PUBLIC_DOMAIN',
  'BRIDGE_URL',
  'FUNCTIONS_URL',
  'BRIDGE_SECRET',
  'ADMIN_TOKEN',
  'REALTIME_PROVIDER',
  'REALTIME_URL',
  'REALTIME_MODEL',
  'AGENT',
  'FALLBACK_MODE',
  'FALLBACK_NUMBER',
  'TWILIO_REGION',
  'TWILIO_EDGE',
  'NGROK_AUTHTOKEN',
];

/** Of these any text will do, blanks within included. */
const PHRASES = ['BRIDGE_SECRET', 'ADMIN_TOKEN'];

const WHY =
  'what reads the file takes them for a part of the value, so a key, a signature or an address does not fit and the call fails with a reason that points elsewhere';

/** Quotes and blanks that stand in a value: env files of Docker and systemd keep what dotenv drops. */
export function findStrayCharacters(name: string, raw: string): Finding | undefined {
  if (!ONE_WORD.includes(name) || raw.trim() === '') return undefined;
  const stray = (id: string, what: string): Finding => ({
    level: 'fault',
    id,
    found: `${name} ${what}`,
    why: WHY,
    remedy: `write ${name}=value, without quotes and blanks, and start what uses it again`,
  });
  const value = raw.trim();
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(value))
    return stray('variable-quoted', 'has quotes in its value');
  if (/[\u00a0\u200b-\u200f\u2060\ufeff]/.test(raw)) {
    return stray('variable-blank', 'has a character in its value that cannot be seen');
  }
  if (raw !== value) return stray('variable-blank', 'has a blank before or after its value');
  if (/\s/.test(value) && !PHRASES.includes(name))
    return stray('variable-blank', 'has a blank within its value');
  return undefined;
}
