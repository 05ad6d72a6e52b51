import { type Check, type Finding, skip } from '../../check';
import { fetchTwiml } from '../../twiml/fetch';
import { releaseCall } from '../../twiml/release';
import { makeCallSid } from '../../twiml/voice-parameters';
import { findVoiceAddress } from './voice-address';

/** Twilio waits 15 s; a caller who hears nothing for so long thinks that the line is dead. */
const SLOW_MS = 4_000;

/** The TwiML, asked for as Twilio does when the number is called. */
export const checkFetch: Check = {
  id: 'twiml.fetch',
  title: 'TwiML of a call',
  needs: [],
  after: [
    'account.credentials',
    'functions.address',
    'functions.reachable',
    'functions.diagnostics',
    'functions.protection',
    'functions.settings',
    'functions.secret',
  ],
  run: async (examination) => {
    const { settings, facts } = examination;
    const voice = findVoiceAddress(facts);
    if (voice === undefined) return skip('there is no address that could be asked for TwiML');
    if (settings.environment.TWILIO_AUTH_TOKEN === undefined) {
      return skip('TWILIO_AUTH_TOKEN is not set, so nothing can be asked as Twilio does');
    }
    const { url, method, functionsUrl, isTest } = voice;
    if (functionsUrl === facts.functionsUrl && isBridgeLost(facts.functionsDiagnostics)) {
      return skip('the Functions do not reach the bridge, and would answer with the fallback');
    }
    const callSid = makeCallSid();
    const fetched = await fetchTwiml(examination, { url, method, callSid });
    // A late admission may stand behind a fallback too.
    const isReleased =
      functionsUrl === undefined || (await releaseCall(examination, functionsUrl, callSid));
    if ('fault' in fetched) return { found: fetched.fault.found, findings: [fetched.fault] };
    const { answer, body } = fetched;
    facts.twiml = body;
    if (answer.contentType !== undefined) facts.twimlContentType = answer.contentType;
    const mode = isTest ? ' (the number is in test mode, where no stream is expected)' : '';
    const moved = answer.url === url ? '' : `, redirected to ${answer.url}`;
    return {
      found: `${method} ${url}${moved}: ${answer.body.length} bytes in ${answer.ms} ms${mode}`,
      findings: [
        ...(answer.ms > SLOW_MS ? [isSlow(answer.ms)] : []),
        ...(isReleased ? [] : [isHeld(callSid)]),
      ],
    };
  },
};

function isBridgeLost(diagnostics: Readonly<Record<string, unknown>> | undefined): boolean {
  const { result } = Object(diagnostics?.bridge) as { result?: unknown }; // may have none
  return result === 'unreachable';
}

function isSlow(ms: number): Finding {
  return {
    level: 'warning',
    id: 'twiml-slow',
    found: `the TwiML took ${ms} ms`,
    why: 'the caller hears ringing or nothing for so long; after 15 s Twilio gives up (11205)',
    remedy:
      'run npm run doctor again: a first start is slow; if it stays, look at that server’s log',
  };
}

function isHeld(callSid: string): Finding {
  return {
    level: 'warning',
    id: 'admission-held',
    found: `the call that this check made up, ${callSid}, could not be told to be over`,
    why: 'the bridge keeps a place and a model session for it until ADMISSION_S has passed; calls that hang up before their stream do the same',
    remedy: 'see that /call-status of the Functions answers 204 to Twilio’s post',
  };
}
