import type { TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';

const NO_STREAM =
  'Twilio does not open the stream: the caller hears silence, and the call ends or goes on behind <Connect>';
const NOT_OBEYED =
  'Twilio obeys nothing of it: the caller hears an error message, and the call ends';
const IGNORED = 'Twilio ignores what it does not know, and says so only in its debugger';

/** What the caller hears of a finding, or why it matters, by its stable name. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  'stream-track': NO_STREAM,
  'stream-scheme': NO_STREAM,
  'stream-url-malformed': NO_STREAM,
  'stream-url-missing': NO_STREAM,
  'stream-url-relative': NO_STREAM,
  'stream-connector-name': NO_STREAM,
  'stream-host-private':
    'only machines of that network reach it, and Twilio is none of them: the caller hears silence',
  'stream-query-dropped':
    'the server never gets these values: one that asks for them refuses the stream (31920), another goes on without knowing which call it has',
  'stream-name-repeated': '<Stop> cannot tell the two apart',
  'stream-one-way':
    'a stream in <Start> only listens: nothing that the server sends is ever heard, and the call goes on at once (31924)',
  'parameter-name-missing': 'the value does not arrive',
  'parameter-too-long': 'a value that is cut, or left out, is no use to the server',
  'connect-nothing-after': 'if the stream fails, or ends, the caller is hung up on without a word',
  'connect-empty': 'there is nothing to connect the call to, and the call goes on behind it',
  'connect-crowded': 'Twilio takes one, and which one is not said',
  'start-nothing-after':
    'the call ends in the moment it begins; a <Start> does not hold it, and nothing can be said through it',
  'verb-unreachable': 'the caller never hears it',
  'element-misplaced': IGNORED,
  'element-unknown': IGNORED,
  'element-case': `${IGNORED}: a verb in the wrong case does nothing`,
  'attribute-unknown': IGNORED,
  'attribute-case': IGNORED,
  'attribute-value': IGNORED,
  'text-misplaced': 'Twilio says none of it',
  'content-type-plain': 'Twilio reads the TwiML out to the caller, tags and all',
  'content-type-html': 'it works as long as Twilio forgives it',
  'root-not-response': NOT_OBEYED,
  'say-empty': 'the caller hears nothing',
  'play-empty': 'the caller hears nothing',
  'redirect-empty': 'the call goes round in circles',
  'address-underscore': 'Twilio does not send its callbacks there',
};

/** Why a finding matters. */
export function explainConsequence({ id, code, level }: TwimlFinding): string {
  const known = CONSEQUENCES[id];
  if (known !== undefined) return known;
  if (level === 'error') return NOT_OBEYED;
  return code === null ? 'the call may not go as it was meant' : describeTwilioError(code).cause;
}
