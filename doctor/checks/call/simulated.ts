import { clip } from '@realtime-phone/simulator/clips/clips';
import type { CallReport } from '@realtime-phone/simulator/phone/phone-call';
import { findBreakage } from '../../call/breakage';
import { makeDoctorsCallSid } from '../../call/call-sid';
import { hear } from '../../call/hearing';
import { type HeardCall, placeSimulatedCall } from '../../call/simulated-call';
import { type Check, type Finding, oneFinding, skip } from '../../check';
import type { Examination } from '../../examination';
import { requirePlace } from '../bridge/place';

/** From the answer to the first word; with a warm model it is half a second to one. */
const SLOW_MS = 2_000;
/** Where the caller has to speak first, the model waits for the end of the turn. */
const TURN_MS = 500;

/** A whole call over the public addresses: the one check that hears what a caller hears. */
export const checkSimulatedCall: Check = {
  id: 'call.simulated',
  title: 'A whole call, simulated',
  needs: ['twiml.stream', 'bridge.signature', 'model.session'],
  run: async (examination) => {
    const { settings, facts, interrupted, reach } = examination;
    const { TWILIO_AUTH_TOKEN: authToken, TWILIO_ACCOUNT_SID: accountSid } = settings.environment;
    if (authToken === undefined) return skip('without TWILIO_AUTH_TOKEN no request can be signed');
    const to = facts.number?.phoneNumber ?? settings.phoneNumber;
    const spoken = clip('caller-goodbye').audio;
    const call = await placeSimulatedCall(
      {
        phone: {
          voiceUrl: voiceUrlOf(examination),
          authToken,
          hosts: requirePlace(examination).reach.hosts,
          callSid: makeDoctorsCallSid(),
          from: 'client:doctor',
          ...(reach.ca === undefined ? {} : { ca: reach.ca }),
          ...(facts.voiceMethod === undefined ? {} : { voiceMethod: facts.voiceMethod }),
          ...(accountSid === undefined ? {} : { accountSid }),
          ...(to === undefined ? {} : { to }),
        },
        spoken,
        greets: facts.model?.greets ?? true,
      },
      interrupted,
    );
    const breakage = findBreakage(call);
    if (breakage !== undefined) return oneFinding(breakage);
    const { found, finding } = hear(call, spoken);
    if (finding?.level === 'fault') return oneFinding(finding);
    const latency = latencyOf(call);
    const isModelSlow = ((await facts.modelTalk)?.firstAudioMs ?? 0) > SLOW_MS;
    const warnings = [
      ...(finding === undefined ? [] : [finding]),
      // Where the model itself is slow its own check has said so.
      ...(latency.isSlow && !isModelSlow ? [slow(latency.found)] : []),
      ...aroundCall(call.report),
    ];
    return { found: `${latency.found}; ${found}`, findings: warnings };
  },
};

function voiceUrlOf({ facts, settings }: Examination): string {
  if (facts.voiceUrl !== undefined) return facts.voiceUrl;
  const { FUNCTIONS_URL, FUNCTIONS_PORT = '3000' } = settings.environment;
  const base = facts.functionsUrl ?? FUNCTIONS_URL ?? `http://localhost:${FUNCTIONS_PORT}`;
  return `${base.replace(/\/+$/, '')}/stream-mode`;
}

/** How long the caller waited: for a greeting from the answer on, else from the caller's last word. */
function latencyOf({ answeredAtMs = 0, firstAudioAtMs = 0, spokenAtMs = Infinity }: HeardCall) {
  const isAnswer = firstAudioAtMs > spokenAtMs;
  const ms = Math.round(firstAudioAtMs - (isAnswer ? spokenAtMs : answeredAtMs));
  return {
    found: isAnswer
      ? `no greeting; the agent is heard ${ms} ms after the caller has spoken`
      : `the agent is heard ${ms} ms after the answer`,
    isSlow: ms > SLOW_MS + (isAnswer ? TURN_MS : 0),
  };
}

function slow(found: string): Finding {
  return {
    level: 'warning',
    id: 'call-audio-slow',
    found: `${found}; usual are 300 to 1500`,
    why: 'the caller hears nothing for so long, and many hang up or say hello again',
    remedy:
      'run the Functions, the bridge and the model in one region; the record of the call (GET /calls/{CallSid}) says where the time goes',
  };
}

/** What went wrong beside the call itself: callbacks, and what Twilio only warns of. */
function aroundCall({ errors, callSid }: CallReport): Finding[] {
  const [first, ...more] = errors.filter(({ code }) => code !== 'call_limit');
  if (first === undefined) return [];
  const { code, message, remedy } = first;
  return [
    {
      level: 'warning',
      id: 'call-with-errors',
      ...(typeof code === 'number' && { twilioCode: code }),
      found: `${message}${more.length === 0 ? '' : ` (and ${more.length} more)`}`,
      why: 'the caller heard the agent all the same; Twilio notes it in its debugger for each call',
      remedy: remedy ?? `see the log of the Functions for ${callSid}`,
    },
  ];
}
