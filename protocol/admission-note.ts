import { type CodedError, FAULTS, type FaultCode } from './errors';

/** Why a call got the fallback: it stands as a comment in the TwiML, for whoever reads that. */
export interface AdmissionNote {
  /** The code nearest to the cause: the bridge's own, where it gave one. */
  readonly code: FaultCode | undefined;
  readonly text: string;
}

const HEAD = 'call not admitted:';
const MAX_CHARS = 300;

/** The words of the comment, as XML can hold them between two blanks. */
export function writeAdmissionNote({ code, message }: CodedError): string {
  const text = message.replace(/[^\x20-\x7e]+/g, ' ').replace(/-(?=-)/g, '- ');
  return `${HEAD} ${code}: ${text.slice(0, MAX_CHARS)}`;
}

/** Reads the comment out of TwiML, or gives undefined where there is none. */
export function readAdmissionNote(twiml: string): AdmissionNote | undefined {
  const text = new RegExp(`<!-- *${HEAD} *([^]*?) *-->`).exec(twiml)?.[1];
  if (text === undefined) return undefined;
  // `bridge_refused: the bridge refused: 503 bridge_full: …`: the last word is the bridge's.
  const codes = [...text.matchAll(/(?:^|\s)([a-z]+(?:_[a-z]+)+):/g)].map(([, code = '']) => code);
  return { code: codes.filter(isFaultCode).at(-1), text };
}

function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code);
}
