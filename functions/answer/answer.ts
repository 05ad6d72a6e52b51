import { FAULTS, type FaultCode } from '../../protocol/errors';

/** What a Function answers, before it is handed to the runtime. */
export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  /** Any others, by their names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** TwiML. */
export function answerTwiml(document: string): Answer {
  return { status: 200, contentType: 'text/xml; charset=utf-8', body: document };
}

/** Nothing: what a status callback gets. */
export const NO_CONTENT: Answer = { status: 204, body: '' };

/** A JSON object. */
export function answerJson(value: object): Answer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(value) };
}

/** A refusal with its code, as the bridge words them too. */
export function answerFault(code: FaultCode, status: number): Answer {
  const { message, remedy } = FAULTS[code];
  return { ...answerJson({ code, message, remedy }), status };
}

/** The answer as the runtime takes it; the body is always a string. */
export function toResponse({ status, contentType, headers = {}, body }: Answer) {
  const response = new Twilio.Response();
  response.setStatusCode(status);
  if (contentType !== undefined) response.appendHeader('Content-Type', contentType);
  for (const [name, value] of Object.entries(headers)) response.appendHeader(name, value);
  response.setBody(body);
  return response;
}
