import { CodedError } from '@realtime-phone/protocol/errors';
import { z } from 'zod';
import { E164 } from './phone-number';

/** `POST /calls/outbound`: a call that shall be placed. */
export interface Order {
  readonly to: string;
  /** Name of an agent file; without it the bridge's default. */
  readonly agent?: string | undefined;
  /** What the agent file's `{{variables}}` are in this call. */
  readonly variables: Readonly<Record<string, string>>;
  /** Without it TWILIO_PHONE_NUMBER. */
  readonly from?: string | undefined;
  /** Whether Twilio shall find out if a machine answers. */
  readonly machineDetection: boolean;
}

const ORDER = z.strictObject({
  to: z.string({ error: 'is missing, or not a string' }).max(64),
  agent: z.string().max(64).optional(),
  variables: z
    .record(
      z.string().max(64),
      z.union([z.string().max(1_000), z.number(), z.boolean()]).transform(String),
    )
    .default({}),
  from: z.string().max(64).optional(),
  machineDetection: z.boolean().default(false),
});

/**
 * Reads the body of an order.
 * @throws CodedError `body_invalid` or `number_invalid`.
 */
export function readOrder(body: unknown): Order {
  const read = ORDER.safeParse(body);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) =>
      `${path.join('.')}: ${message}`.replace(/^: /, ''),
    );
    throw new CodedError('body_invalid', faults.join('; ').slice(0, 300));
  }
  for (const name of ['to', 'from'] as const) {
    const number = read.data[name];
    if (number !== undefined && !E164.test(number))
      throw new CodedError('number_invalid', `${name} is ${number}`);
  }
  return read.data;
}
