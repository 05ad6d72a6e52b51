/** `POST /calls`: what the Functions tell the bridge of a call that wants in. */
export interface AdmissionRequest {
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  /** Twilio's `Direction`: `inbound`, `outbound-api`, `outbound-dial`. */
  readonly direction: string;
  /** Of an outbound call that the bridge placed. */
  readonly callId?: string;
  /** Name of an agent file; without it the bridge's default. */
  readonly agent?: string;
}

/** 201: the call may stream. */
export interface AdmissionGrant {
  /**
   * `wss://{PUBLIC_DOMAIN}/media-stream/{CallSid}`, of one bridge among several with its name before
   * the CallSid; to be used letter for letter.
   */
  readonly streamUrl: string;
  /** For `<Parameter name="token">`. */
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

/** 503 and every other refusal of the bridge's HTTP side. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

/** Reads the body of a 201, or gives undefined if it is none. Unknown fields are ignored. */
export function readAdmissionGrant(body: unknown): AdmissionGrant | undefined {
  const { streamUrl, token, expiresAt } = fields(body);
  if (typeof streamUrl !== 'string' || !streamUrl.startsWith('wss://')) return undefined;
  if (typeof token !== 'string' || typeof expiresAt !== 'string') return undefined;
  return { streamUrl, token, expiresAt };
}

/** Reads the body of a refusal, or gives undefined if it is none. */
export function readRefusal(body: unknown): Refusal | undefined {
  const { code, message, remedy } = fields(body);
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return typeof remedy === 'string' ? { code, message, remedy } : { code, message };
}

function fields(body: unknown): Record<string, unknown> {
  // A JSON object has string keys; what they hold is checked by the caller.
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}
