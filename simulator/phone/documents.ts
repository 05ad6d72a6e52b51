import { checkTwiml, type TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import type { TwimlElement } from '@realtime-phone/protocol/twiml/document';
import type { Call } from './call';
import { rounded } from './journal';
import { TWILIO_FAULTS, type TwilioCode } from './twilio-faults';
import { type WebhookAnswer, WebhookFailure, type WebhookRequest } from './webhook';

/** A document is TwiML up to this size (11750). */
const MAX_TWIML_BYTES = 64 * 1024;

/** A document to ask for. */
export interface DocumentRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Beside the standard ones. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** A document that may be obeyed. */
export interface TwimlDocument {
  /** Relative addresses in it start here. */
  readonly url: string;
  readonly root: TwimlElement;
  readonly findings: readonly TwimlFinding[];
}

/** Why there is none. */
interface Failure {
  readonly failedCode: number;
}

/**
 * Asks for a document and checks it. When it fails the fallback URL is asked, with ErrorCode and
 * ErrorUrl added, and when that fails too there is none. All is noted in the call.
 * Source: https://www.twilio.com/docs/usage/security/availability-reliability
 */
export async function fetchDocument(
  call: Call,
  request: DocumentRequest,
): Promise<TwimlDocument | undefined> {
  const document = await fetchOnce(call, request);
  if (!('failedCode' in document)) return document;
  const { fallbackUrl } = call.settings;
  if (fallbackUrl === undefined || request.url === fallbackUrl || call.isOver()) return undefined;
  const error = { ErrorCode: String(document.failedCode), ErrorUrl: request.url };
  const fallback = await fetchOnce(call, { url: fallbackUrl, method: 'POST', extra: error });
  return 'failedCode' in fallback ? undefined : fallback;
}

async function fetchOnce(
  call: Call,
  { url, method, extra }: DocumentRequest,
): Promise<TwimlDocument | Failure> {
  const { journal, settings } = call;
  if (call.twiml.length >= settings.maxDocuments) {
    journal.problem({
      code: 'documents_limit',
      level: 'error',
      message: `the call asked for more than ${settings.maxDocuments} documents`,
      remedy: 'look for a <Redirect> or action that leads back to itself',
    });
    return { failedCode: 11200 };
  }
  const request: WebhookRequest = { url, method, parameters: { ...call.parameters(), ...extra } };
  const atMs = rounded(journal.nowMs());
  journal.note('webhook', `${method} ${url}`, { url, method });
  let answer: WebhookAnswer;
  try {
    answer = await call.webhook.send(request);
  } catch (problem) {
    if (!(problem instanceof WebhookFailure)) throw problem;
    const findings = [findingOf(problem.code, problem.message)];
    const ms = Math.round(journal.nowMs() - atMs);
    const nothing = { status: null, contentType: null, body: '' };
    call.twiml.push({ url, method, atMs, ...nothing, ms, findings });
    report(call, findings);
    return { failedCode: problem.code };
  }
  const { root, findings } = check(answer);
  const body = answer.body.toString('utf8');
  const { status, contentType = null, ms } = answer;
  call.twiml.push({ url, method, atMs, status, contentType, body, ms, findings });
  journal.note('twiml', `${status} in ${ms} ms, ${answer.body.length} bytes`, { url, status, ms });
  report(call, findings);
  const fatal = findings.find(stopsDocument);
  if (fatal?.code != null) return { failedCode: fatal.code };
  if (root === undefined) return { failedCode: 12100 };
  return { url: answer.url, root, findings };
}

function check(answer: WebhookAnswer): ReturnType<typeof checkTwiml> {
  const { status, contentType, body } = answer;
  if (status < 200 || status > 299) {
    return {
      root: undefined,
      findings: [findingOf(11200, `${answer.url} answered ${status}${excerpt(body)}`)],
    };
  }
  if (contentType === undefined) {
    return {
      root: undefined,
      findings: [findingOf(11200, `the answer of ${answer.url} has no Content-Type`)],
    };
  }
  const { root, findings } = checkTwiml({ body: body.toString('utf8'), contentType });
  if (body.length > MAX_TWIML_BYTES && findings.every(({ code }) => code !== 11750)) {
    return { root: undefined, findings: [...findings, findingOf(11750, `${body.length} bytes`)] };
  }
  return { root, findings };
}

/**
 * True if Twilio does not obey the document. What is wrong with a Stream (319xx) fails that stream
 * only, and what Twilio has no code for it does not notice.
 */
function stopsDocument({ level, code }: TwimlFinding): boolean {
  return level === 'error' && code !== null && !isStreamCode(code);
}

/** True for the codes of Media Streams. */
export function isStreamCode(code: number): boolean {
  return code >= 31900 && code <= 31999;
}

/**
 * Notes what was found. A fault of a Stream is noted when the call comes to it, and a warning that
 * is not Twilio's is advice: it stays with the document.
 */
function report(call: Call, findings: readonly TwimlFinding[]): void {
  for (const { code, id, level, message, remedy } of findings) {
    if (code === null ? level === 'warning' : isStreamCode(code)) continue;
    call.journal.problem({ code: code ?? id, level, message, remedy });
  }
}

function findingOf(code: TwilioCode, detail: string): TwimlFinding {
  const { level, message, remedy } = TWILIO_FAULTS[code];
  return { code, id: `twilio-${code}`, level, message: `${message}: ${detail}`, remedy };
}

function excerpt(body: Buffer): string {
  const text = body.toString('utf8', 0, 200).replace(/\s+/g, ' ').trim();
  return text === '' ? '' : `: ${text}`;
}
