/**
 * The three messages that a server may send on a bidirectional stream, each one text frame.
 * Anything else (another event, `stream_sid`, an extra field) is Twilio's warning 31951.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-websocket-messages-to-twilio
 *
 * Agent audio is sent many times a stream, so what is the same in each of its messages is written once.
 * @returns writes the message of one payload, base64.
 */
export function prepareMedia(streamSid: string): (payload: string) => string {
  const head = `{"event":"media","streamSid":${JSON.stringify(streamSid)},"media":{"payload":"`;
  return (payload) => `${head}${payload}"}}`;
}

/** Asks Twilio to say when everything sent so far has been played, or dropped by a `clear`. */
export function writeMark(streamSid: string, name: string): string {
  return JSON.stringify({ event: 'mark', streamSid, mark: { name } });
}

/** Drops what Twilio has not played yet; the marks among it come back at once. */
export function writeClear(streamSid: string): string {
  return JSON.stringify({ event: 'clear', streamSid });
}
