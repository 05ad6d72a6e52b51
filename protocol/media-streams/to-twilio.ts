/**
 * The three messages that a server may send on a bidirectional stream, each one text frame.
 * Anything else (another event, `stream_sid`, an extra field) is Twilio's warning 31951.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-websocket-messages-to-twilio
 */
export function writeMedia(streamSid: string, payload: string): string {
  return openMedia(streamSid) + payload + MEDIA_END;
}

/** All of a media message before its payload: the same for every one of a stream. */
export function openMedia(streamSid: string): string {
  return `{"event":"media","streamSid":${JSON.stringify(streamSid)},"media":{"payload":"`;
}

/** All of a media message behind its payload. */
export const MEDIA_END = '"}}';

/** Asks Twilio to say when everything sent so far has been played, or dropped by a `clear`. */
export function writeMark(streamSid: string, name: string): string {
  return JSON.stringify({ event: 'mark', streamSid, mark: { name } });
}

/** Drops what Twilio has not played yet; the marks among it come back at once. */
export function writeClear(streamSid: string): string {
  return JSON.stringify({ event: 'clear', streamSid });
}
