import { checkTwiml, type TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import type { Check } from '../../check';
import type { Facts } from '../../examination';
import { asFinding, dropConsequences } from '../../twiml/document-findings';

/** What is looked at as the stream's own. */
const OF_STREAM = /^(?:stream|parameter|connect|start)-/;

/** That it is TwiML as Twilio's schema has it. */
export const checkDocument: Check = {
  id: 'twiml.document',
  title: 'TwiML document',
  needs: ['twiml.fetch'],
  run: ({ facts }) => {
    const findings = dropConsequences(
      readFindings(facts).filter(({ id }) => !OF_STREAM.test(id)),
    ).map(asFinding);
    return Promise.resolve({ found: 'well-formed, and every verb is one of Twilio’s', findings });
  },
};

/** What is wrong with the stream in it. */
export function readStreamFindings(facts: Facts): readonly TwimlFinding[] {
  return readFindings(facts).filter(({ id }) => OF_STREAM.test(id));
}

function readFindings({ twiml = '', twimlContentType }: Facts): readonly TwimlFinding[] {
  return checkTwiml({
    body: twiml,
    ...(twimlContentType === undefined ? {} : { contentType: twimlContentType }),
  }).findings;
}
