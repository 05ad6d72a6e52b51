import { isDoctorsCall } from '../call/call-sid';
import { isLoopbackUrl } from '../settings';
import type { Reach } from '../reach';
import type { Settings } from '../settings';
import type { BridgeRecord, Source } from './evidence';

const LIMIT_MS = 5_000;

type Fields = Readonly<Record<string, unknown>>;

/** Asks the bridge for the record of a call. Never throws. */
export async function readBridgeSide(
  settings: Settings,
  reach: Reach,
  callSid: string,
): Promise<{ readonly record: BridgeRecord | undefined; readonly source: Source }> {
  const { body, source } = await askBridge(settings, reach, `/calls/${callSid}`);
  return { record: body === undefined ? undefined : readRecord(body), source };
}

/**
 * The calls that failed lately by the bridge's records: those that ended with a code, and those with
 * an error of Twilio's or without their stream. Never throws.
 */
export async function listFailedRecords(settings: Settings, reach: Reach) {
  const { body, source } = await askBridge(settings, reach, '/calls');
  const failed = listOf(body?.calls).flatMap((one) => {
    const { callSid } = one;
    const { end, errors, admittedAtMs } = readRecord(one);
    const isFailed =
      end?.code !== undefined ||
      errors.some(({ code }) => /^\d+$/.test(code) || code === 'stream_not_arrived');
    return isFailed &&
      typeof callSid === 'string' &&
      callSid.startsWith('CA') &&
      !isDoctorsCall(callSid)
      ? [{ callSid, atMs: admittedAtMs }]
      : [];
  });
  const found = source.state === 'read' ? `${failed.length} that failed` : source.found;
  return { failed, source: { ...source, found } };
}

async function askBridge(
  { environment }: Settings,
  reach: Reach,
  path: string,
): Promise<{ readonly body?: Fields; readonly source: Source }> {
  const { ADMIN_TOKEN, PUBLIC_DOMAIN, PORT = '8080' } = environment;
  if (ADMIN_TOKEN === undefined)
    return { source: { state: 'not had', found: 'ADMIN_TOKEN is not set' } };
  const isPublic = PUBLIC_DOMAIN !== undefined && !isLoopbackUrl(`https://${PUBLIC_DOMAIN}`);
  const places = [...(isPublic ? [`https://${PUBLIC_DOMAIN}`] : []), `http://127.0.0.1:${PORT}`];
  const told: string[] = [];
  let state: Source['state'] = 'not had';
  for (const place of places) {
    try {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      const answer = await reach.ask({ url: place + path, headers, limitMs: LIMIT_MS });
      const body = readJson(answer.body);
      if (answer.status === 200 && body !== undefined)
        return { body, source: { state: 'read', found: `from ${place}` } };
      const code = typeof body?.code === 'string' ? body.code : `HTTP ${answer.status}`;
      if (code === 'call_unknown') state = 'unknown call';
      told.push(`${place} answers ${code}`);
    } catch (error) {
      const { code, message } = Object(error) as { code?: unknown; message?: unknown }; // may have none
      const why = typeof code === 'string' && code !== '' ? code : String(message);
      told.push(`${place} cannot be reached (${why})`);
    }
  }
  return { source: { state, found: told.join('; ') } };
}

/** Reads a record leniently: a field that is missing or odd is as if nothing stood there. */
function readRecord(body: Fields): BridgeRecord {
  const admittedAtMs = timeOf(body.admittedAt) ?? 0;
  const at = (entry: Fields) => admittedAtMs + (Number(entry.atMs) || 0);
  const end = fieldsOf(body.end);
  return {
    admittedAtMs,
    startedAtMs: timeOf(body.startedAt),
    endedAtMs: timeOf(body.endedAt),
    end:
      typeof end.by === 'string'
        ? { by: end.by, code: typeof end.code === 'string' ? end.code : undefined }
        : undefined,
    course: listOf(body.course).map((one) => ({ atMs: at(one), what: textOf(one.what) })),
    turns: listOf(body.turns).map((one) => ({
      atMs: at(one),
      who: textOf(one.who),
      words: textOf(one.text).split(/\s+/).filter(Boolean).length,
    })),
    events: listOf(body.statusEvents).map((one) => ({
      atMs: at(one),
      source: textOf(one.source),
      parameters: Object.fromEntries(
        Object.entries(fieldsOf(one.parameters)).map(([name, value]) => [name, textOf(value)]),
      ),
    })),
    errors: listOf(body.errors).map((one) => ({
      atMs: at(one),
      code: textOf(one.code),
      message: textOf(one.message),
      remedy: textOf(one.remedy),
    })),
  };
}

function readJson(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? fieldsOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields {
  return Object(value) as Fields; // what its fields hold is checked where they are used
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : '';
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
