import { isStreamCode } from '../documents';
import { runStream } from '../stream-run';
import { follow, NEXT, requestOf, type Verb } from './verb';

/**
 * `<Connect>`: a bidirectional stream; when it has ended or failed, `action` is asked, or the next
 * verb follows.
 * Source: https://www.twilio.com/docs/voice/twiml/connect
 */
export const connect: Verb = async (call, element, document) => {
  const stream = element.children.find(({ name }) => name === 'Stream');
  if (stream === undefined) {
    const nouns = element.children.map(({ name }) => `<${name}>`).join(', ');
    call.journal.problem({
      code: 'verb_skipped',
      level: 'warning',
      message: `<Connect> has no <Stream>, but ${nouns || 'nothing'}`,
      remedy: 'the simulated phone connects to a <Stream> only',
    });
    return NEXT;
  }
  const fault = document.findings.find(
    ({ code, level }) => level === 'error' && code !== null && isStreamCode(code),
  );
  await runStream(call, stream, document, fault);
  const { action, method } = element.attributes;
  return follow(call, requestOf(document, action, method));
};
