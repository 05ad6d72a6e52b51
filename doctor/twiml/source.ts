import { readFile } from 'node:fs/promises';
import type { TwimlAnswer } from '@realtime-phone/protocol/twiml/check';
import { readMode } from '../../twilio-account/pointing';
import type { Finding } from '../check';
import type { Examination } from '../examination';
import { fetchTwiml } from './fetch';
import { releaseCall } from './release';
import { makeCallSid } from './voice-parameters';

/** TwiML from a file or an address, or why there is none. */
export type Source =
  { readonly answer: TwimlAnswer; readonly where: string } | { readonly fault: Finding };

/** Larger files are no TwiML; Twilio reads 64 kB. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Reads what `--twiml` names. Never throws on what is or is not there. */
export async function readSource(
  place: string,
  examination: Pick<Examination, 'settings' | 'reach'>,
): Promise<Source> {
  return /^https?:\/\//i.test(place) ? readAddress(place, examination) : readFromFile(place);
}

async function readFromFile(path: string): Promise<Source> {
  try {
    const bytes = await readFile(path);
    const body = bytes.subarray(0, MAX_FILE_BYTES).toString('utf8');
    return { answer: { body }, where: path };
  } catch (error) {
    const { code } = Object(error) as { code?: unknown }; // Node's have one
    const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
    const reason = isAddress ? 'is neither a file nor an http(s) address' : explain(code);
    return {
      fault: {
        level: 'fault',
        id: 'twiml-file',
        found: `${path} ${reason}`,
        why: 'there is nothing to check',
        remedy:
          'name a file with TwiML, or an address that begins with https://, as in --twiml answer.xml',
      },
    };
  }
}

function explain(code: unknown): string {
  if (code === 'ENOENT') return 'is not there';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES') return 'may not be read';
  return `cannot be read (${String(code)})`;
}

/** Asked as Twilio does, signed if TWILIO_AUTH_TOKEN is set. */
async function readAddress(
  url: string,
  examination: Pick<Examination, 'settings' | 'reach'>,
): Promise<Source> {
  if (!URL.canParse(url)) {
    return {
      fault: {
        level: 'fault',
        id: 'twiml-address',
        twilioCode: 11100,
        found: `${url} is not an address`,
        why: 'there is nothing to check',
        remedy: 'give the whole address, as https://functions.example.com/stream-mode',
      },
    };
  }
  const callSid = makeCallSid();
  const fetched = await fetchTwiml(examination, { url, method: 'POST', callSid });
  if (readMode({ url, method: 'POST' }) === 'stream') {
    await releaseCall(examination, url.replace(/\/stream-mode(?:[?#].*)?$/, ''), callSid);
  }
  if ('fault' in fetched) return { fault: fetched.fault };
  const { answer, body } = fetched;
  return { answer: { body, contentType: answer.contentType ?? '' }, where: answer.url };
}
