import type { CallEvent } from '@realtime-phone/protocol/call-event';
import type { StatusEvent } from './call-record';

/** The parameters that say something of the course of a call; the others are personal or noise. */
const KEPT = [
  'CallStatus',
  'CallDuration',
  'SequenceNumber',
  'Timestamp',
  'SipResponseCode',
  'AnsweredBy',
  'StreamSid',
  'StreamName',
  'StreamEvent',
  'StreamError',
  'DialCallStatus',
  'DialCallDuration',
  'RecordingSid',
  'RecordingUrl',
  'RecordingDuration',
  'ErrorCode',
  'ErrorUrl',
] as const;

const MAX_EVENTS = 100;
const MAX_VALUE_CHARACTERS = 500;

/**
 * Puts an event where it belongs. Twilio sends call events in any order and may repeat them, so
 * they are ordered by `SequenceNumber`, and a repeat is dropped.
 * Source: https://www.twilio.com/docs/voice/api/call-resource#statuscallback
 * @returns the event as kept, or undefined for a repeat or where the record is full.
 */
export function addStatusEvent(
  events: StatusEvent[],
  { source, parameters }: CallEvent,
  atMs: number,
): StatusEvent | undefined {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = parameters[name];
    if (value !== undefined && value !== '') kept[name] = value.slice(0, MAX_VALUE_CHARACTERS);
  }
  const identity = identify(source, kept);
  if (events.length >= MAX_EVENTS) return undefined;
  if (events.some((event) => identify(event.source, event.parameters) === identity))
    return undefined;
  const event: StatusEvent = { atMs, source, parameters: kept };
  const number = sequenceNumber(event);
  const later = events.findIndex(
    (other) => other.source === source && sequenceNumber(other) > number,
  );
  if (later === -1) events.push(event);
  else events.splice(later, 0, event);
  return event;
}

function identify(source: string, parameters: Readonly<Record<string, string>>): string {
  const { SequenceNumber, CallStatus, StreamSid = '', StreamEvent = '' } = parameters;
  if (source === 'call-status' && SequenceNumber !== undefined)
    return `${source} ${SequenceNumber}`;
  if (source === 'stream-status') {
    // A stream may have more than one error, and each has its own words.
    const { StreamError = '', ErrorCode = '' } = parameters;
    return [source, StreamSid, StreamEvent, StreamError, ErrorCode].join(' ');
  }
  return `${source} ${CallStatus ?? ''} ${JSON.stringify(parameters)}`;
}

/** NaN, which no number is over, where there is none. */
function sequenceNumber(event: StatusEvent): number {
  return Number(event.parameters.SequenceNumber ?? Number.NaN);
}
