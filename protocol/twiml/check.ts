import { checkAddresses } from './address-check';
import { checkBody } from './body-check';
import { checkContentType } from './content-type-check';
import { parseTwiml, type TwimlElement, TwimlSyntaxError } from './document';
import type { TwimlFinding } from './finding';
import { checkFlow } from './flow-check';
import { checkRoot } from './root-check';
import { checkSchema } from './schema-check';
import { checkStreams } from './stream-check';
import { checkVerbs } from './verb-check';
import { nameSyntaxError } from './well-formed-check';

export type { TwimlFinding } from './finding';

/** What a webhook answered; without `contentType` that is not looked at. */
export interface TwimlAnswer {
  readonly body: string;
  readonly contentType?: string;
}

/** What was found; `root` is undefined if Twilio could not obey the document at all. */
export interface TwimlReport {
  readonly findings: readonly TwimlFinding[];
  readonly root: TwimlElement | undefined;
}

/**
 * Checks a TwiML document as Twilio does, and for what Twilio lets pass in silence. Never throws.
 * Sources: https://www.twilio.com/docs/voice/twiml and https://www.twilio.com/docs/api/errors
 */
export function checkTwiml({ body, contentType }: TwimlAnswer): TwimlReport {
  const findings: TwimlFinding[] = [];
  if (contentType !== undefined) {
    const finding = checkContentType(contentType);
    if (finding) findings.push(finding);
  }
  const bodyFinding = checkBody(body);
  if (bodyFinding) return { findings: [...findings, bodyFinding], root: undefined };

  let root: TwimlElement;
  try {
    root = parseTwiml(body);
  } catch (error) {
    if (!(error instanceof TwimlSyntaxError)) throw error;
    return { findings: [...findings, nameSyntaxError(body, error)], root: undefined };
  }
  findings.push(...checkRoot(body, root));
  if (root.name !== 'Response') return { findings, root: undefined };
  for (const check of [checkSchema, checkStreams, checkFlow, checkAddresses, checkVerbs]) {
    findings.push(...check(root));
  }
  return { findings, root };
}
