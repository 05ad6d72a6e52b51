import { Call } from './call';
import { type CallReport, wentWell } from './call-report';
import { Caller } from './caller';
import { rounded } from './journal';
import type { Segment } from './audio-track';
import type { PhoneEvent } from './phone-event';
import { fillIn, type PhoneOptions } from './phone-options';
import { sendCallCompleted } from './status-callbacks';
import { runTwiml } from './twiml-run';

export type { CallReport } from './call-report';
export type { PhoneEvent } from './phone-event';
export type { CallerStep, PhoneOptions } from './phone-options';

/** A call under way. */
export interface PhoneCall {
  readonly callSid: string;
  /** The report, when the call is over and its last status callback answered. */
  readonly finished: Promise<CallReport>;
  /** The caller hangs up. */
  hangUp(): void;
  /** Says mu-law audio into the open stream; resolves when it is out. Without a stream nobody hears it. */
  say(audio: Buffer, name?: string): Promise<void>;
  /** Presses one key in the open stream. */
  press(digit: string): void;
  /** The network between Twilio and the stream's server breaks: the call itself goes on. */
  loseStream(): void;
  /** Hears every event from now on, until the function that is returned is called. */
  on(listener: (event: PhoneEvent) => void): () => void;
  /** What the caller has heard, in order: bytes, and when the first of them sounded. */
  heard(): readonly Segment[];
  /** All that the caller heard, as mu-law on the call's clock, silence where nothing sounded. */
  agentAudio(): Buffer;
  /** All that the caller's side sent, likewise. */
  callerAudio(): Buffer;
}

/**
 * Places a call the way Twilio would: asks the voice URL for TwiML and obeys it. The first event
 * comes after this has returned.
 * @throws TypeError if the options cannot be a call.
 */
export function placeCall(options: PhoneOptions): PhoneCall {
  const call = new Call(fillIn(options));
  const { callSid } = call.settings;
  let lengthMs: number | undefined;
  const finished = new Promise<void>((resolve) => setImmediate(resolve))
    .then(() => runCall(call))
    .then((report) => {
      lengthMs = report.durationMs;
      return report;
    });
  return {
    callSid,
    finished,
    hangUp: () => call.hangUp('by hand'),
    say: (audio, name) => call.stream?.say(audio, name) ?? Promise.resolve(),
    press: (digit) => call.stream?.press(digit),
    loseStream: () => call.stream?.lose(),
    on: (listener) => call.journal.on(listener),
    heard: () => call.agentTrack.segments,
    agentAudio: () => call.agentTrack.render(lengthMs ?? call.journal.nowMs()),
    callerAudio: () => call.callerTrack.render(lengthMs ?? call.journal.nowMs()),
  };
}

async function runCall(call: Call): Promise<CallReport> {
  const { settings, journal } = call;
  const { callSid, from, to, voiceUrl, voiceMethod } = settings;
  journal.note('call-started', `${from} calls ${to}, ${callSid}`, { callSid, from, to });
  const over = new AbortController();
  const caller = new Caller(call, AbortSignal.any([over.signal, call.hungUp]));
  const script = caller.run();
  const limit = setTimeout(() => tooLong(call), settings.maxMs);
  try {
    await runTwiml(call, { url: voiceUrl, method: voiceMethod });
  } finally {
    clearTimeout(limit);
    over.abort();
  }
  await script;
  const endedBy = call.isOver() ? 'caller' : 'far-end';
  const durationMs = rounded(journal.nowMs());
  if (call.status === 'in-progress') call.status = 'completed';
  if (call.status === 'ringing') call.status = call.isOver() ? 'canceled' : 'completed';
  sendCallCompleted(call);
  await Promise.all(call.pending);
  await call.webhook.close();
  journal.note('call-ended', `the call ended (${call.status}), by the ${endedBy}`, {
    status: call.status,
    endedBy,
    durationMs,
  });
  return {
    ok: wentWell(journal.errors, call.streams),
    callSid,
    from,
    to,
    callStatus: call.status,
    durationMs,
    endedBy,
    twiml: call.twiml,
    stream: call.streams[0] ?? null,
    streams: call.streams,
    statusEvents: call.statusEvents,
    transcript: journal.transcript,
    errors: journal.errors,
  };
}

function tooLong(call: Call): void {
  call.journal.problem({
    code: 'call_limit',
    level: call.settings.afterScript === 'stay' ? 'warning' : 'error',
    message: `the call reached its limit of ${call.settings.maxMs} ms`,
    remedy: 'raise the limit if calls may be longer, or look at why this one did not end',
  });
  call.hangUp('the limit is reached');
}
