/** `POST /calls/{CallSid}/next`: why Twilio is back at `/stream-ended`. */
export interface NextRequest {
  readonly reason: 'stream-ended' | 'dial-ended' | 'digits-sent';
  /** Which asking this is, from 0. */
  readonly try: number;
  /** Twilio's `DialCallStatus`, after a `<Dial>`. */
  readonly dialCallStatus?: string;
}

/** What the bridge wants done with the call now. */
export type NextStep =
  | { readonly action: 'hangup'; readonly say?: string }
  | { readonly action: 'fallback'; readonly say?: string }
  | {
      readonly action: 'resume';
      readonly streamUrl: string;
      readonly token: string;
      readonly say?: string;
    }
  | {
      readonly action: 'dial';
      readonly number: string;
      readonly callerId?: string;
      readonly timeoutS?: number;
      readonly say?: string;
    }
  | { readonly action: 'digits'; readonly digits: string; readonly say?: string };

/** Reads the bridge's answer, or gives undefined if it is none. Unknown fields are ignored. */
export function readNextStep(body: unknown): NextStep | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const step = body as Record<string, unknown>; // an object from JSON: each field is checked below
  const say = typeof step.say === 'string' ? { say: step.say } : {};
  switch (step.action) {
    case 'hangup':
    case 'fallback':
      return { action: step.action, ...say };
    case 'resume':
      if (typeof step.streamUrl !== 'string' || typeof step.token !== 'string') return undefined;
      return { action: 'resume', streamUrl: step.streamUrl, token: step.token, ...say };
    case 'dial':
      if (typeof step.number !== 'string') return undefined;
      return {
        action: 'dial',
        number: step.number,
        ...(typeof step.callerId === 'string' ? { callerId: step.callerId } : {}),
        ...(typeof step.timeoutS === 'number' ? { timeoutS: step.timeoutS } : {}),
        ...say,
      };
    case 'digits':
      return typeof step.digits === 'string'
        ? { action: 'digits', digits: step.digits, ...say }
        : undefined;
    default:
      return undefined;
  }
}
