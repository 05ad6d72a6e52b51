import type { TwimlElement } from '@realtime-phone/protocol/twiml/document';
import type { Call } from './call';
import { type DocumentRequest, fetchDocument, type TwimlDocument } from './documents';
import { connect } from './verbs/connect';
import { dial } from './verbs/dial';
import { hangUp, reject } from './verbs/hang-up';
import { pause } from './verbs/pause';
import { play } from './verbs/play';
import { record } from './verbs/record';
import { redirect } from './verbs/redirect';
import { say } from './verbs/say';
import type { Outcome, Verb } from './verbs/verb';

const VERBS: Readonly<Record<string, Verb>> = {
  Connect: connect,
  Dial: dial,
  Hangup: hangUp,
  Pause: pause,
  Play: play,
  Record: record,
  Redirect: redirect,
  Reject: reject,
  Say: say,
};

/** What Twilio says to a caller whose document failed, and no fallback helped. */
const APOLOGY = 'We are sorry. An application error has occurred. Goodbye.';

/** Asks for documents and obeys them, from the first to the end of the call. */
export async function runTwiml(call: Call, first: DocumentRequest): Promise<void> {
  let request: DocumentRequest | undefined = first;
  while (request !== undefined && !call.isOver()) {
    const document = await fetchDocument(call, request);
    if (call.isOver()) return;
    if (document === undefined) {
      call.answer();
      call.journal.said(APOLOGY);
      call.journal.note('say', `Twilio says: ${APOLOGY}`);
      return;
    }
    request = await obey(call, document);
  }
}

async function obey(call: Call, document: TwimlDocument): Promise<DocumentRequest | undefined> {
  for (const element of document.root.children) {
    if (call.isOver()) return undefined;
    const outcome = await obeyVerb(call, document, element);
    if (outcome.then === 'document') return outcome.request;
    if (outcome.then === 'end') return undefined;
  }
  return undefined;
}

async function obeyVerb(
  call: Call,
  document: TwimlDocument,
  element: TwimlElement,
): Promise<Outcome> {
  const verb = Object.hasOwn(VERBS, element.name) ? VERBS[element.name] : undefined;
  if (verb === undefined) {
    call.journal.problem({
      code: 'verb_skipped',
      level: 'warning',
      message: `<${element.name}> in line ${element.line} is skipped`,
      remedy: `the simulated phone obeys ${Object.keys(VERBS).join(', ')}`,
    });
    call.journal.note('verb-skipped', `<${element.name}> is skipped`, { verb: element.name });
    return { then: 'next' };
  }
  // Assumed: only a Reject that comes first leaves the call unanswered.
  if (element.name !== 'Reject') call.answer();
  return verb(call, element, document);
}
