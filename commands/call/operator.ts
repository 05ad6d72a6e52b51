import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboundOptions } from './outbound-options';

/** A bridge, as its operator reaches it. */
export interface OperatedBridge {
  /** Without a slash at the end. */
  readonly url: string;
  readonly adminToken: string | undefined;
}

/** A refusal of the bridge, or none at all: code, sentence, remedy. */
export class OperatorFault extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/** What is read of a call record. */
export interface FollowedRecord {
  readonly callSid: string;
  readonly endedAt?: string;
  readonly end?: { readonly by: string; readonly code?: string };
  readonly outcome?: unknown;
  readonly course: readonly { readonly atMs: number; readonly what: string }[];
  readonly turns: readonly { readonly atMs: number; readonly who: string; readonly text: string }[];
  readonly statusEvents: readonly object[];
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
  }[];
}

const ASK_MS = 60_000;
const BETWEEN_MS = 300;

/**
 * Has the bridge place a call.
 * @throws OperatorFault
 */
export async function placeOutbound(
  bridge: OperatedBridge,
  { to, from, agent, variables, machineDetection }: OutboundOptions,
): Promise<{ callId: string; callSid: string; status: string }> {
  const order = { to, from, agent, variables, machineDetection };
  const answer = await ask(bridge, '/calls/outbound', JSON.stringify(order));
  return answer as { callId: string; callSid: string; status: string }; // a 202 of our own bridge
}

/**
 * Follows a call to the end of its record.
 * @param onLine told each new line of the course.
 * @throws OperatorFault
 */
export async function followCall(
  bridge: OperatedBridge,
  callId: string,
  onLine: (line: string) => void,
  interrupted?: AbortSignal,
): Promise<FollowedRecord> {
  let shown = 0;
  let said = 0;
  for (;;) {
    const record = (await ask(bridge, `/calls/${callId}`)) as FollowedRecord; // of our own bridge
    const lines = [
      ...record.course.slice(shown).map(({ atMs, what }) => ({ atMs, text: what })),
      ...record.turns
        .slice(said)
        .map(({ atMs, who, text }) => ({ atMs, text: `${who}: “${text}”` })),
    ].sort((one, other) => one.atMs - other.atMs);
    for (const { atMs, text } of lines) onLine(`${String(atMs).padStart(7)} ms  ${text}`);
    shown = record.course.length;
    said = record.turns.length;
    if (record.endedAt !== undefined || interrupted?.aborted === true) return record;
    await sleep(BETWEEN_MS);
  }
}

async function ask({ url, adminToken }: OperatedBridge, path: string, body?: string) {
  let response: Response;
  try {
    response = await fetch(url + path, {
      headers: adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` },
      ...(body === undefined ? {} : { method: 'POST', body }),
      signal: AbortSignal.timeout(ASK_MS),
    });
  } catch {
    throw new OperatorFault(
      'bridge_unreachable',
      `no bridge answers at ${url}`,
      'start it with npm run bridge, or correct BRIDGE_URL',
    );
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof answer === 'object' && answer !== null) return answer;
  const { code, message, remedy } = Object(answer) as Partial<Record<string, unknown>>; // may have none
  throw new OperatorFault(
    typeof code === 'string' ? code : 'bridge_answer_invalid',
    typeof message === 'string' ? message : `HTTP ${response.status}`,
    typeof remedy === 'string' ? remedy : 'see that BRIDGE_URL leads to the bridge',
  );
}
