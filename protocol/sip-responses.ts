/** What the far end of a call answered, in words: the responses that end a call before it begins. */
const RESPONSES: Readonly<Record<number, string>> = {
  400: 'the carrier could not read the request',
  403: 'the carrier refuses the call: the caller id, the country or the number is not allowed',
  404: 'there is no such number',
  408: 'the carrier did not answer in time',
  410: 'the number is no longer in use',
  480: 'the phone is off or out of reach',
  484: 'the number is not complete',
  486: 'the line is busy',
  487: 'the call was ended before anybody answered',
  488: 'the carrier takes no call of this kind',
  500: 'the carrier failed',
  503: 'the carrier has no room or is out of order',
  603: 'the callee, or a spam filter, declined the call',
  607: 'the callee does not want calls of this caller',
  608: 'an analytics service on the way rejected the call',
};

/**
 * The meaning of `SipResponseCode` in a call status; undefined for one that is not known, and for
 * those of calls that were answered.
 * Sources: https://www.rfc-editor.org/rfc/rfc3261#section-21, RFC 8197 (607), RFC 8688 (608)
 */
export function describeSipResponse(code: string | undefined): string | undefined {
  return code === undefined ? undefined : RESPONSES[Number(code)];
}
