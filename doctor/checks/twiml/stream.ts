import { readAdmissionNote } from '@realtime-phone/protocol/admission-note';
import { FAULTS } from '@realtime-phone/protocol/errors';
import { parseTwiml, type TwimlElement } from '@realtime-phone/protocol/twiml/document';
import { type Check, type Finding, oneFinding } from '../../check';
import { asFinding } from '../../twiml/document-findings';
import { readStreamFindings } from './document';
import { findVoiceAddress } from './voice-address';

/** That the call is connected to a stream, and to one that Twilio opens. */
export const checkStream: Check = {
  id: 'twiml.stream',
  title: 'Stream in the TwiML',
  needs: ['twiml.document'],
  run: ({ facts }) => {
    const { twiml = '' } = facts;
    const verbs = parseTwiml(twiml).children;
    const stream = findStream(verbs, 'Connect');
    if (stream === undefined) {
      const isOurs = findVoiceAddress(facts)?.functionsUrl !== undefined;
      return Promise.resolve(oneFinding(nameAbsence(twiml, verbs, isOurs)));
    }
    // Where the host leads is the next check's.
    const findings = readStreamFindings(facts)
      .filter(({ id }) => id !== 'stream-host-private')
      .map(asFinding);
    const { url } = stream.attributes;
    if (url !== undefined) facts.streamUrl = url;
    return Promise.resolve({ found: `<Connect><Stream> to ${url ?? 'a connector'}`, findings });
  },
};

function findStream(verbs: readonly TwimlElement[], parent: string): TwimlElement | undefined {
  return verbs
    .filter(({ name }) => name === parent)
    .flatMap(({ children }) => children)
    .find(({ name }) => name === 'Stream');
}

/** What stands there in place of a stream. */
function nameAbsence(twiml: string, verbs: readonly TwimlElement[], isOurs: boolean): Finding {
  const note = readAdmissionNote(twiml);
  if (note !== undefined || isOurs) {
    const fault = note?.code === undefined ? undefined : FAULTS[note.code];
    return {
      level: 'fault',
      id: 'twiml-fallback',
      found: `the Functions answer with the fallback instead of a stream: ${note?.text ?? 'they do not say why'}`,
      why: 'the bridge did not take the call, so the caller hears that nobody can',
      remedy:
        fault?.remedy ??
        'see the line “call not admitted” in the log of the Functions (Twilio console, Functions, Live logs)',
    };
  }
  if (findStream(verbs, 'Start') !== undefined) {
    return {
      level: 'fault',
      id: 'stream-one-way',
      found: 'the <Stream> stands in <Start>',
      why: 'such a stream only listens: the caller hears nothing of the agent, and the call goes on at once',
      remedy: 'put it into <Connect>: npm run doctor -- --twiml prints it corrected',
    };
  }
  const names = verbs.map(({ name }) => `<${name}>`).join(', ');
  return {
    level: 'fault',
    id: 'twiml-no-stream',
    found: `there is no <Connect><Stream> in it${names === '' ? '' : `, but ${names}`}`,
    why: 'the call never gets to the bridge',
    remedy: 'point the number at the Functions: npm run number -- stream +1…',
  };
}
