import { setTimeout as sleep } from 'node:timers/promises';
import type { TranscriptLine } from '../call-report';

const TRIES = 10;
const BETWEEN_MS = 100;

/**
 * What was said in a call, from the record of the bridge. Without a record, or a bridge, there is
 * nothing: the phone's report stands for itself.
 * @param startedUnixMs when the call began; the lines are put on its clock.
 */
export async function readTurns(
  bridge: string,
  adminToken: string | undefined,
  callSid: string,
  startedUnixMs: number,
): Promise<TranscriptLine[]> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await fetchRecord(`${bridge}/calls/${callSid}`, adminToken);
    if (record === undefined) return [];
    if (record.endedAt !== undefined || tries === TRIES - 1) return turnsOf(record, startedUnixMs);
    // The bridge may still be writing the end of the call down.
    await sleep(BETWEEN_MS);
  }
  return [];
}

type Fields = Readonly<Record<string, unknown>>;

async function fetchRecord(url: string, adminToken: string | undefined) {
  try {
    const response = await fetch(url, {
      headers: adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` },
      signal: AbortSignal.timeout(2000),
    });
    return response.ok ? asFields(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

function turnsOf({ turns, admittedAt }: Fields, startedUnixMs: number): TranscriptLine[] {
  const admittedUnixMs = typeof admittedAt === 'string' ? Date.parse(admittedAt) : NaN;
  const shiftMs = Number.isNaN(admittedUnixMs) ? 0 : admittedUnixMs - startedUnixMs;
  if (!Array.isArray(turns)) return [];
  return turns.flatMap((turn: unknown) => {
    const { who, text, atMs } = asFields(turn);
    if ((who !== 'caller' && who !== 'agent') || typeof text !== 'string') return [];
    return [{ who, text, atMs: Math.round((typeof atMs === 'number' ? atMs : 0) + shiftMs) }];
  });
}

function asFields(value: unknown): Fields {
  // An object from JSON; what its fields hold is checked where they are used.
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
