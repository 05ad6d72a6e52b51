import type { TwimlElement } from '@realtime-phone/protocol/twiml/document';
import type { Call } from '../call';
import { type DocumentRequest, fetchDocument, type TwimlDocument } from '../documents';

/** What happens after a verb. */
export type Outcome =
  | { readonly then: 'next' }
  | { readonly then: 'document'; readonly request: DocumentRequest }
  | { readonly then: 'end' };

/** Obeys one verb of a document. */
export type Verb = (call: Call, element: TwimlElement, document: TwimlDocument) => Promise<Outcome>;

export const NEXT: Outcome = { then: 'next' };
export const END: Outcome = { then: 'end' };

/** An address of the document, made absolute; undefined if it is none. */
export function addressIn(document: TwimlDocument, address: string): string | undefined {
  // An absolute address stays letter for letter what it was: it is what gets signed.
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return address;
  return URL.canParse(address, document.url) ? new URL(address, document.url).href : undefined;
}

/** The request that an attribute like `action` asks for; undefined without the attribute. */
export function requestOf(
  document: TwimlDocument,
  address: string | undefined,
  method: string | undefined,
  extra: Readonly<Record<string, string>> = {},
): DocumentRequest | undefined {
  const url = address === undefined ? undefined : addressIn(document, address);
  if (url === undefined) return undefined;
  return { url, method: method?.toUpperCase() === 'GET' ? 'GET' : 'POST', extra };
}

/**
 * Goes where `action` leads. After a hang-up Twilio still asks, with CallStatus completed, and does
 * nothing with the answer.
 */
export async function follow(call: Call, request: DocumentRequest | undefined): Promise<Outcome> {
  if (request === undefined) return call.isOver() ? END : NEXT;
  if (!call.isOver()) return { then: 'document', request };
  call.status = 'completed';
  await fetchDocument(call, request);
  return END;
}

/** How often a verb repeats: `loop`, where 0 means until the caller hangs up. */
export function loopsOf(element: TwimlElement): number {
  const loop = Number(element.attributes.loop ?? '1');
  if (!Number.isInteger(loop) || loop < 0) return 1;
  return loop === 0 ? 1000 : loop;
}
