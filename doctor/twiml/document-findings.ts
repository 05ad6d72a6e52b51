import type { TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import type { Finding } from '../check';
import { explainConsequence } from './consequence';

/** What was found in a document, as a finding of a check. */
export function asFinding(one: TwimlFinding): Finding {
  return {
    level: one.level === 'error' ? 'fault' : 'warning',
    id: one.id,
    ...(one.code === null ? {} : { twilioCode: one.code }),
    found: one.line === undefined ? one.message : `line ${one.line}: ${one.message}`,
    why: explainConsequence(one),
    remedy: one.remedy,
  };
}

/**
 * Leaves out what only follows: where something else than TwiML came, its content type is what such
 * an answer has. Twilio's code is then that of the type, which it looks at first.
 */
export function dropConsequences(findings: readonly TwimlFinding[]): readonly TwimlFinding[] {
  const other = findings.find(isOther);
  if (other === undefined) return findings;
  const type = findings.find(({ code }) => code === 12300);
  return [{ ...other, code: type?.code ?? other.code }];
}

function isOther({ id, message }: TwimlFinding): boolean {
  return id.startsWith('not-twiml-') || message === 'the answer is a web page';
}
