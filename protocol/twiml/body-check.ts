import type { TwimlFinding } from './finding';

/** Twilio reads no TwiML document larger than this (error 11750), in bytes. */
export const MAX_TWIML_BYTES = 64 * 1024;

/** What is wrong with an answer before it is read as XML. */
export function checkBody(body: string): TwimlFinding | undefined {
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_TWIML_BYTES) {
    return {
      code: 11750,
      id: 'body-too-large',
      level: 'error',
      message: `the document has ${bytes} bytes; Twilio reads at most ${MAX_TWIML_BYTES}`,
      remedy: 'answer with less; an error page is often what is so large',
    };
  }
  if (body === '') {
    return {
      code: 11770,
      id: 'body-empty',
      level: 'error',
      message: 'the answer has no body',
      remedy: 'answer <Response/> at least: that does nothing, and is valid',
    };
  }
  const blank = /^\s+(?=<\?xml)/.exec(body);
  if (blank !== null) {
    return {
      code: 12100,
      id: 'blank-before-declaration',
      level: 'error',
      message: 'there is a blank or a line break before the XML declaration',
      remedy: 'begin the document with <?xml, as its very first character',
      line: 1,
    };
  }
  return undefined;
}
