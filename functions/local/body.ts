import type { IncomingMessage } from 'node:http';
import { CodedError } from '../../protocol/errors';

/** Twilio posts a few thousand bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads the body of a request.
 * @throws CodedError `body_too_large`.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A request without an encoding set gives buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What is over the limit is read and dropped, so that the answer can be read by who sent it.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    if (bytes > 8 * MAX_BODY_BYTES) break;
  }
  if (bytes > MAX_BODY_BYTES) {
    throw new CodedError('body_too_large', `over ${MAX_BODY_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}
