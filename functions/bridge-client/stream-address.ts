import { CodedError } from '../../protocol/errors';
import { checkStreamUrl } from '../../protocol/twiml/stream-url';

/**
 * Sees that the bridge's stream address is one that Twilio takes.
 * @throws CodedError `bridge_answer_invalid`.
 */
export function checkStreamAddress(url: string): void {
  const stream = { name: 'Stream', attributes: { url }, children: [], text: '', line: 1 };
  const fault = checkStreamUrl(stream).find(({ level }) => level === 'error');
  if (fault) throw new CodedError('bridge_answer_invalid', fault.message);
}
