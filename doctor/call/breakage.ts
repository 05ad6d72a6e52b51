import { FAULTS } from '@realtime-phone/protocol/errors';
import type { Fault } from '@realtime-phone/protocol/fault';
import type { CallReport } from '@realtime-phone/simulator/phone/phone-call';
import type { Finding } from '../check';
import type { HeardCall } from './simulated-call';

const HUNG_UP = 'the caller hears that an application error has occurred, and the call ends';
const FALLBACK = 'the caller hears the fallback instead of the agent';

/** Says where a call broke before the agent could be judged, as one finding; undefined if nowhere. */
export function findBreakage({ report }: HeardCall): Finding | undefined {
  const { stream } = report;
  return (
    documentFailed(report) ??
    (stream === null ? withoutStream(report) : undefined) ??
    streamRefused(report) ??
    brokenOff(report) ??
    silent(report)
  );
}

function documentFailed({ twiml: [first] }: CallReport): Finding | undefined {
  const fault = first?.findings.find(
    ({ level, code }) => level === 'error' && code !== null && (code < 31900 || code > 31999),
  );
  if (first === undefined || fault?.code == null) return undefined;
  return {
    level: 'fault',
    id: 'call-document-failed',
    twilioCode: fault.code,
    found: `${first.method} ${first.url}: ${fault.message}`,
    why: HUNG_UP,
    remedy: fault.remedy,
  };
}

function withoutStream({ twiml: [first], transcript }: CallReport): Finding {
  const said = transcript.find(({ who }) => who === 'twilio')?.text;
  const words = said === undefined ? '' : `; Twilio would say “${said.slice(0, 120)}”`;
  return {
    level: 'fault',
    id: 'call-without-stream',
    found: `the document of ${first?.url ?? 'the voice address'} connects no stream${words}`,
    why: FALLBACK,
    remedy:
      'see the log of the Functions: a line “call not admitted” has the code of the bridge, such as bridge_full; without one, see that the number points at /stream-mode',
  };
}

function streamRefused({ stream, errors }: CallReport): Finding | undefined {
  if (stream === null || stream.accepted) return undefined;
  const code = stream.refusal ?? 0;
  const fault = errors.find((error) => error.code === code);
  const own = faultNamedIn(fault?.message ?? '');
  return {
    level: 'fault',
    id: 'call-stream-refused',
    twilioCode: code,
    found: fault?.message ?? `the stream to ${stream.url} was not accepted`,
    why: FALLBACK,
    remedy: own?.remedy ?? fault?.remedy ?? 'look up the code in docs/TROUBLESHOOTING.md',
  };
}

/** The server ended the stream, with one of the bridge's codes or in a way that is a fault of Twilio's. */
function brokenOff({ stream, errors }: CallReport): Finding | undefined {
  if (stream?.closedBy !== 'server') return undefined;
  const { closeCode, closeReason, heardMs, startedAtMs } = stream;
  const own = faultNamed(closeReason);
  const twilio = errors.find(
    ({ code }) => typeof code === 'number' && code >= 31_900 && code <= 31_999,
  );
  if (own === undefined && twilio === undefined) return undefined;
  const before =
    heardMs === 0 ? 'before the agent was heard' : `after ${Math.round(heardMs)} ms of the agent`;
  const what = own === undefined ? '' : `: ${own.message}`;
  return {
    level: 'fault',
    id: 'call-broke-off',
    ...(typeof twilio?.code === 'number' && { twilioCode: twilio.code }),
    found: `the stream was accepted${startedAtMs === null ? '' : ' and started'}, and the bridge closed it ${before}: ${closeCode ?? 'no code'} ${closeReason}${what}`,
    why: FALLBACK,
    remedy: own?.remedy ?? twilio?.remedy ?? 'see the log of the bridge for this call',
  };
}

function silent({ stream, callSid }: CallReport): Finding | undefined {
  if (stream === null || stream.heardMs > 0) return undefined;
  return {
    level: 'fault',
    id: 'agent-silent',
    found: `the stream was accepted in ${Math.round(stream.connectMs ?? 0)} ms and took ${stream.framesSent} frames of the caller, and nothing came back`,
    why: 'the caller hears nothing at all',
    remedy: `see the log of the bridge for ${callSid}: whether “agent started” is there, and what the model said after it`,
  };
}

function faultNamed(code: string): Fault | undefined {
  // The codes of the table are names of its own; a reason from elsewhere is none of them.
  return Object.hasOwn(FAULTS, code) ? FAULTS[code as keyof typeof FAULTS] : undefined;
}

/** The body of a refused upgrade has the bridge's code in it. */
function faultNamedIn(message: string): Fault | undefined {
  return faultNamed(/"code":\s*"([a-z_]+)"/.exec(message)?.[1] ?? '');
}
