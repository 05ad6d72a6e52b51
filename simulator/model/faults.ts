/** When a fault strikes; with none of these, at once. */
export interface FaultTrigger {
  /** Milliseconds after the session was created, or after the fault was set on a running session. */
  readonly afterMs?: number;
  /** Audio deltas sent. */
  readonly afterDeltas?: number;
  /** Bytes of caller audio received. */
  readonly afterBytesIn?: number;
}

/** Codes with which a response can fail. */
export const FAILURE_CODES = ['insufficient_quota', 'rate_limit_exceeded', 'server_error'] as const;

/** A code with which a response can fail. */
export type FailureCode = (typeof FAILURE_CODES)[number];

/** What goes wrong in a session. Everything absent goes well. */
export interface Faults {
  /** The upgrade is refused with this HTTP status (401, 429, 500, …). */
  readonly refuseStatus?: number;
  /** Delay before `session.created`; what the client sends meanwhile waits. */
  readonly readyMs?: number;
  /** Delay before each `session.updated`. */
  readonly updatedMs?: number;
  /** Delay from `response.created` to the first audio; overrides the option of the same name. */
  readonly firstAudioMs?: number;
  /** Every response fails with this code: `response.done` with status `failed`, and no audio. */
  readonly failResponse?: FailureCode;
  /** The TCP connection breaks with no close frame. */
  readonly drop?: FaultTrigger;
  /** The socket closes with this code; 1006 cannot be sent and is a break of the connection. */
  readonly close?: FaultTrigger & { readonly code: number; readonly reason?: string };
  /** Audio formats are not taken from `session.update`: it stays audio/pcm at 24 kHz. */
  readonly wrongFormat?: boolean;
  /** `session.update` is neither applied nor answered. */
  readonly neverUpdates?: boolean;
  /** `response.created` and then nothing. */
  readonly silent?: boolean;
  /** Audio deltas that still come after a cancel. */
  readonly lateDeltas?: number;
  /** The session expires after so many milliseconds; 60 minutes where absent. */
  readonly sessionMaxMs?: number;
}

/** How long a session lives at OpenAI, in milliseconds. */
export const SESSION_MAX_MS = 3_600_000;

/** True once a trigger has struck by what the session has sent and received; `afterMs` is for a timer. */
export function isTriggered(trigger: FaultTrigger, deltas: number, bytesIn: number): boolean {
  return (
    (trigger.afterDeltas !== undefined && deltas >= trigger.afterDeltas) ||
    (trigger.afterBytesIn !== undefined && bytesIn >= trigger.afterBytesIn)
  );
}

/** Milliseconds after which a trigger strikes by itself, or null if it waits for audio. */
export function triggerDelayMs(trigger: FaultTrigger): number | null {
  const { afterMs, afterDeltas, afterBytesIn } = trigger;
  if (afterMs !== undefined) return afterMs;
  return afterDeltas === undefined && afterBytesIn === undefined ? 0 : null;
}

/** What OpenAI says with a failed response, by code. */
export function failureMessage(code: FailureCode): string {
  return {
    insufficient_quota:
      'You exceeded your current quota, please check your plan and billing details.',
    rate_limit_exceeded:
      'Rate limit reached for the model on tokens per min. Please try again later.',
    server_error: 'The server had an error while processing your request. Sorry about that!',
  }[code];
}
