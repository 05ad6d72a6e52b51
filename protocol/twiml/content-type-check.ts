import { quote, type TwimlFinding } from './finding';

const XML = ['text/xml', 'application/xml', 'application/rss+xml'];

/** What Twilio makes of the content type of the answer (error 12300). */
export function checkContentType(contentType: string): TwimlFinding | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (XML.includes(type)) return undefined;
  const remedy = 'send Content-Type: text/xml';
  if (type === 'text/html') {
    return {
      code: null,
      id: 'content-type-html',
      level: 'warning',
      message: 'the answer is called text/html; Twilio still reads it as TwiML',
      remedy,
    };
  }
  if (type === 'text/plain') {
    return {
      code: null,
      id: 'content-type-plain',
      level: 'error',
      message: 'the answer is called text/plain; Twilio reads such an answer out to the caller',
      remedy,
    };
  }
  return {
    code: 12300,
    id: 'content-type-invalid',
    level: 'error',
    message:
      type === ''
        ? 'the answer has no content type'
        : `${quote(type)} is not a content type of TwiML`,
    remedy,
  };
}
