import type { TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import type { Interruption } from './playback';

/** Something wrong, by Twilio's own code (a number) or the phone's (a name). */
export interface CallFault {
  readonly code: number | string;
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly remedy?: string;
  readonly atMs: number;
}

/** One document that was asked for. */
export interface FetchedTwiml {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly atMs: number;
  /** Null if no HTTP answer came. */
  readonly status: number | null;
  readonly contentType: string | null;
  readonly body: string;
  /** From the request to the last byte of the answer. */
  readonly ms: number;
  readonly findings: readonly TwimlFinding[];
}

/** A mark that the server sent. */
export interface MarkReport {
  readonly name: string;
  readonly receivedAtMs: number;
  /** Null if the stream ended before. */
  readonly echoedAtMs: number | null;
  /** True if it was echoed because of a `clear`, not because the audio had played. */
  readonly cleared: boolean;
}

/** One `<Stream>`. Times that end in `AtMs` are on the call's clock. */
export interface StreamReport {
  /** As dialled: without query. */
  readonly url: string;
  readonly streamSid: string;
  readonly accepted: boolean;
  /** Twilio's code, if it was not accepted. */
  readonly refusal: number | null;
  /** From dialling to the 101. Null if none came. */
  readonly connectMs: number | null;
  readonly startedAtMs: number | null;
  /** From `start` to the first byte that the caller heard. */
  readonly firstAgentAudioMs: number | null;
  readonly framesSent: number;
  /** Frames thrown away because the server read too slowly (31930). */
  readonly framesDropped: number;
  /** How much agent audio was really played. */
  readonly heardMs: number;
  readonly clears: number;
  readonly interruptions: readonly Interruption[];
  readonly marks: readonly MarkReport[];
  readonly digitsSent: string;
  readonly closedBy: 'caller' | 'server' | null;
  readonly closeCode: number | null;
  readonly closeReason: string;
}

/** A status callback that was sent. */
export interface StatusEvent {
  readonly source: 'call' | 'stream';
  readonly event: string;
  readonly atMs: number;
  readonly url: string;
  /** Null if no HTTP answer came. */
  readonly status: number | null;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A line of what was said. */
export interface TranscriptLine {
  readonly who: 'twilio' | 'agent' | 'caller';
  readonly text: string;
  readonly atMs: number;
}

/** The whole call; what `npm run call -- --json` prints. */
export interface CallReport {
  /** No error of level `error`; and every Stream was accepted and its agent heard. */
  readonly ok: boolean;
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  /** Twilio's last CallStatus. */
  readonly callStatus: string;
  readonly durationMs: number;
  readonly endedBy: 'caller' | 'far-end';
  readonly twiml: readonly FetchedTwiml[];
  /** The first stream of the call, which most calls have only; null without one. */
  readonly stream: StreamReport | null;
  readonly streams: readonly StreamReport[];
  readonly statusEvents: readonly StatusEvent[];
  readonly transcript: readonly TranscriptLine[];
  readonly errors: readonly CallFault[];
}

/** True if the call went as it should. */
export function wentWell(
  errors: readonly CallFault[],
  streams: readonly Pick<StreamReport, 'accepted' | 'heardMs'>[],
): boolean {
  return (
    errors.every(({ level }) => level !== 'error') &&
    streams.every(({ accepted, heardMs }) => accepted && heardMs > 0)
  );
}
