import { describeSipResponse } from '@realtime-phone/protocol/sip-responses';
import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import type { Evidence } from './evidence';
import { findReplacedSessions, isModelSurvived } from './model-sessions';
import { type Cause, rankOfFault, rankOfTwilio, SURVIVED } from './ranks';

/** What went wrong with a call, in one sentence. */
export interface Verdict {
  readonly id: string;
  readonly sentence: string;
  readonly code?: string;
  readonly remedy: string;
  /** True where nothing went wrong. */
  readonly isWell: boolean;
}

const OVER = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);
const AFTER_START = 86;
/** The bridge closed the socket: not a fault by itself. */
const MEANT = new Set(['31921']);

/**
 * Judges a call. The cause that lies furthest up the chain wins over what follows from it, whatever
 * the clocks of Twilio and the bridge say; within one link, the earlier.
 */
export function judge(evidence: Evidence): Verdict {
  const { callSid, twilio, record, exchanges } = evidence;
  if (twilio === undefined && record === undefined) {
    return bad(
      'call-unknown',
      `nobody who could be asked knows a call ${callSid}`,
      'copy the CallSid from the Twilio console, with the credentials of the account and the bridge that had the call',
    );
  }
  const [cause] = listCauses(evidence).sort((a, b) => a.rank - b.rank || a.atMs - b.atMs);
  if (cause !== undefined && cause.rank < SURVIVED) return verdictOf(cause);
  const unconnected = judgeStatus(evidence);
  if (unconnected !== undefined) return unconnected;
  const isOver = twilio === undefined ? record?.endedAtMs !== undefined : OVER.has(twilio.status);
  if (record !== undefined && record.endedAtMs === undefined && twilio !== undefined && isOver) {
    return bad(
      'bridge-restarted',
      'the call is over and the bridge’s record has no end: the bridge crashed, was killed or was started anew in the middle of it',
      'look into the log of the bridge for its last lines, and stop it with SIGTERM so that calls can end (DRAIN_S)',
    );
  }
  if (record === undefined && isOver && !exchanges.some(({ hasStream }) => hasStream)) {
    return bad(
      'never-reached-bridge',
      'the bridge has no record of the call: the number led somewhere else, or the Functions did not get through to the bridge and gave the fallback',
      'npm run number -- show, then the Function’s log (the line “call not admitted” has the code)',
    );
  }
  if (record === undefined && isOver) {
    return bad(
      'stream-never-arrived',
      'Twilio got a TwiML with a <Stream>, and the bridge that was asked has no record of the call: the stream went to another bridge, or to none',
      'see that BRIDGE_URL and PUBLIC_DOMAIN lead to the same bridge; npm run doctor -- --only bridge',
    );
  }
  if (cause !== undefined) return verdictOf(cause);
  if (!isOver) {
    const sentence = 'the call is still going on, and nothing has gone wrong so far';
    return { id: 'in-progress', sentence, remedy: 'nothing', isWell: true };
  }
  const by = record?.end?.by;
  const who = by === 'caller' ? 'the caller hung up' : `the end came from the ${by ?? 'line'}`;
  const replaced = record === undefined ? undefined : findReplacedSessions(record);
  if (replaced !== undefined)
    return {
      id: 'model-replaced',
      sentence: `the call went on and ${who}, though ${replaced}`,
      remedy:
        'nothing for one call; where it is many, see the status page of the model’s provider and bridge_model_sessions_lost_total',
      isWell: true,
    };
  return {
    id: 'nothing-went-wrong',
    sentence: `nothing went wrong: ${who}`,
    remedy: 'nothing',
    isWell: true,
  };
}

function listCauses({ notices, exchanges, record, twilio }: Evidence): Cause[] {
  const startedAtMs = record?.startedAtMs;
  const causes: Cause[] = [];
  const startsWell = startedAtMs !== undefined;
  for (const { atMs, code, url, text } of notices) {
    if (MEANT.has(String(code)) && startsWell) continue;
    const status = exchanges.find((one) => one.url === url && one.status >= 400)?.status;
    const shown = exchanges.flatMap(({ findings }) => findings).find((one) => one.code === code);
    const answer = status === undefined ? '' : `, ${url} answered ${status}`;
    const detail = `${shown === undefined ? (text === '' ? '' : `, ${text}`) : `, ${shown.message}`}${answer}`;
    causes.push({ rank: rankOfTwilio(code, url), atMs, code: String(code), detail });
  }
  for (const { atMs, findings } of exchanges) {
    if (startsWell) break;
    for (const { code, message } of findings)
      if (code !== null)
        causes.push({
          rank: rankOfTwilio(code, ''),
          atMs,
          code: String(code),
          detail: `, ${message}`,
        });
  }
  for (const { atMs, code, message, remedy } of record?.errors ?? []) {
    if (MEANT.has(code) && startsWell) continue;
    const isTwilios = /^\d+$/.test(code);
    // The verdict tells of it where nothing else went wrong.
    if (record !== undefined && isModelSurvived(record, { atMs, code })) continue;
    const rank = isTwilios ? rankOfTwilio(Number(code), '') : rankOfFault(code);
    // A stranger who knocked, or a stream that came late after all, broke nothing.
    if (rank < 60 && startedAtMs !== undefined && !isTwilios) continue;
    causes.push({ rank, atMs, code, detail: '', ...(isTwilios ? {} : { message, remedy }) });
  }
  if (record?.end === undefined && !startsWell && record !== undefined && twilio !== undefined) {
    const isOver = OVER.has(twilio.status);
    if (isOver && causes.length === 0)
      causes.push({ rank: 58, atMs: record.admittedAtMs, code: 'stream_not_arrived', detail: '' });
  }
  // Where the stream did start, what would have prevented it came after it, as at its action.
  return startsWell
    ? causes.map((one) => (one.rank < 60 ? { ...one, rank: AFTER_START } : one))
    : causes;
}

/** The cause as a sentence, with what its code really means. */
function verdictOf({ code, detail, message, remedy }: Cause): Verdict {
  if (!/^\d+$/.test(code)) {
    return bad(
      code,
      message ?? 'the call was admitted and no stream came for it',
      remedy ?? 'npm run doctor -- --only twiml,bridge',
      code,
    );
  }
  const { name, cause, remedy: toDo, folklore } = describeTwilioError(code);
  const not = folklore === undefined ? '' : `; it does not mean that ${folklore}`;
  return bad(`twilio-${code}`, `${code}, ${name}: ${cause}${not}${detail}`, toDo, code);
}

/** A call that was not connected, by its status. */
function judgeStatus({ twilio, record }: Evidence): Verdict | undefined {
  const status = twilio?.status ?? '';
  if (!['busy', 'failed', 'no-answer', 'canceled'].includes(status)) return undefined;
  const sip = record?.events.map((one) => one.parameters.SipResponseCode).find(Boolean);
  const meaning = describeSipResponse(sip);
  const why = meaning === undefined ? '' : `: ${meaning} (SIP ${sip ?? ''})`;
  return bad(
    `call-${status}`,
    `the call was never connected, Twilio says ${status}${why}`,
    'try again later; for every call so: check the number and the account’s voice permissions (npm run doctor -- --only account,number)',
  );
}

function bad(id: string, sentence: string, remedy: string, code?: string): Verdict {
  return { id, sentence, remedy, isWell: false, ...(code === undefined ? {} : { code }) };
}
