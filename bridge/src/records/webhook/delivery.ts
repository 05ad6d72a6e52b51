import { RECORD_SIGNATURE_HEADER, signRecord } from '@realtime-phone/protocol/record-signature';

/** Who gets the records. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
}

/** So long a receiver may take for one record. */
export const DELIVERY_MS = 10_000;

/**
 * Posts one record, JSON as it is, signed. A redirect is not followed: it would take the record to
 * somebody whom nobody has named.
 * @throws where the answer is not 2xx, or there is none in time.
 */
export async function deliver({ url, secret }: Receiver, callSid: string, body: string) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      // The same record may come twice, where an answer was lost.
      'idempotency-key': callSid,
      [RECORD_SIGNATURE_HEADER]: signRecord(secret, body, Date.now() / 1_000),
    },
    signal: AbortSignal.timeout(DELIVERY_MS),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const isRedirect = response.status >= 300 && response.status < 400;
  throw new Error(`HTTP ${response.status}${isRedirect ? ', which is not followed' : ''}`);
}
