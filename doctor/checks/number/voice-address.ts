import type { OwnedNumber } from '../../../twilio-account/owned-number';
import { describeWebhook, readMode, type Webhook } from '../../../twilio-account/pointing';
import { type Check, type Finding, oneFinding, type Outcome } from '../../check';
import type { Examination } from '../../examination';
import { findFunctions, isBelow } from './functions';
import { remedyFor } from './remedy';

/** What Twilio asks when the number is called. */
export const checkVoiceAddress: Check = {
  id: 'number.voice-address',
  title: 'Voice address',
  needs: ['number.overrides'],
  run: (examination) => look(examination),
};

async function look(examination: Examination): Promise<Outcome> {
  const { facts } = examination;
  const voice = facts.pointing?.voice;
  const phoneNumber = facts.number?.phoneNumber ?? '';
  if (voice === undefined) return oneFinding(explainNone(facts.number));
  facts.voiceUrl = voice.url;
  facts.voiceMethod = voice.method === 'GET' ? 'GET' : 'POST';
  const functionsUrl = await findFunctions(examination);
  const fault = findFault(voice, functionsUrl);
  const remedy = remedyFor(facts.number, readMode(voice));
  if (fault !== undefined) return oneFinding({ level: 'fault', remedy, ...fault });
  const warnings = [
    voice.method === 'GET' ? { ...GET, found: describeWebhook(voice) ?? '', remedy } : [],
    readMode(voice) === 'test' ? explainTest(phoneNumber) : [],
  ].flat();
  return { found: describeWebhook(voice) ?? '', findings: warnings };
}

type Fault = Pick<Finding, 'id' | 'found' | 'why'> & { readonly remedy?: string };

function findFault(voice: Webhook, functionsUrl: string | undefined): Fault | undefined {
  const { url } = voice;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return {
      id: 'voice-address-malformed',
      found: `the voice address ${url} is no address`,
      why: 'Twilio has nothing to ask (11100): the caller hears an error of Twilio’s',
    };
  }
  const { hostname, pathname, protocol } = new URL(url);
  if (hostname === 'demo.twilio.com') {
    return {
      id: 'voice-address-demo',
      found: `the voice address is Twilio's own demo, ${url}`,
      why: 'a new number comes with it: the caller hears Twilio’s welcome message',
    };
  }
  if (
    protocol === 'http:' &&
    isBelow({ ...voice, url: url.replace(/^http:/i, 'https:') }, functionsUrl)
  ) {
    return {
      id: 'voice-address-http',
      found: `the voice address is http and not https: ${url}`,
      why: 'the call goes in clear, and a redirect to https does not fit the signature of Twilio’s',
    };
  }
  if (!isBelow(voice, functionsUrl)) {
    return {
      id: 'voice-address-elsewhere',
      found: `the voice address is ${url}, and the Functions are at ${functionsUrl ?? ''}`,
      why: hostname.endsWith('.twil.io')
        ? 'other Functions, or an earlier deploy of these, answer: what is changed here is not heard'
        : 'something else than this product answers the calls',
    };
  }
  if (readMode(voice) !== undefined) return undefined;
  const path = pathname
    .replace(/\/+$/, '')
    .toLowerCase()
    .replace(/\.protected$/, '');
  const isMeant = /^\/+(stream-?mode|test-?mode)$/.test(path);
  return {
    id: isMeant ? 'voice-address-misspelt' : 'voice-address-wrong-path',
    found: `the voice address leads to ${pathname}, which is neither /stream-mode nor /test-mode`,
    why: isMeant
      ? 'paths are taken letter for letter: Twilio gets 404 (11200), and the caller hears an error of Twilio’s'
      : 'what answers there does not take a call: the caller hears an error of Twilio’s, or nothing',
  };
}

const GET = {
  level: 'warning',
  id: 'voice-method-get',
  why: 'the numbers of the caller go in the address, where logs keep them, and the signature is over them: POST is what the Functions are made for',
} as const;

function explainNone(number: OwnedNumber | undefined): Finding {
  return {
    level: 'fault',
    id: 'voice-address-missing',
    found: `${number?.phoneNumber ?? 'the number'} has no voice address`,
    why: 'Twilio has nothing to ask: the caller hears an error of Twilio’s',
    remedy: remedyFor(number),
  };
}

function explainTest(phoneNumber: string): Finding {
  return {
    level: 'warning',
    id: 'number-in-test-mode',
    found: `${phoneNumber} is in test mode`,
    why: 'the caller hears the test message, and not the agent',
    remedy: `npm run number -- stream ${phoneNumber}`,
  };
}
