import type { CommandSurroundings } from '../../simulator/phone/command/run-call';
import { type FollowedRecord, followCall, OperatorFault, placeOutbound } from './operator';
import { type OutboundOptions, OutboundUsageError, readOutboundOptions } from './outbound-options';
import { callSimulatedRestaurant } from './simulated-outbound';

/** `npm run call` for a call that the bridge places: gives the exit code, 2 for wrong options. */
export async function runOutboundCommand(
  args: readonly string[],
  { environment, print, tell, interrupted }: CommandSurroundings,
): Promise<number> {
  let options: OutboundOptions;
  try {
    options = readOutboundOptions(args);
  } catch (error) {
    if (!(error instanceof OutboundUsageError)) throw error;
    tell(`call: ${error.message}`);
    return 2;
  }
  const signal = interrupted ?? new AbortController().signal;
  const line = options.json ? tell : print;
  try {
    const result =
      options.to === undefined
        ? await simulate(options, { ...environment }, line, signal)
        : await call(options, environment, line, signal);
    if (options.json) print(JSON.stringify(result, null, 2));
    else print(describe(result));
    return result.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof OperatorFault)) throw error;
    const { code, message, remedy } = error;
    const fault = { code, message, remedy };
    if (options.json) print(JSON.stringify({ ...NOTHING, errors: [fault] }, null, 2));
    else tell(`call: ${code}: ${message}\n  remedy: ${remedy}`);
    return 1;
  }
}

/** The keys that every call has, of one that was not placed. */
const NOTHING = {
  ok: false,
  callSid: '',
  outcome: null as unknown,
  twiml: [] as readonly unknown[],
  stream: null as unknown,
  statusEvents: [] as readonly unknown[],
  transcript: [] as readonly unknown[],
  errors: [] as readonly { code: string | number; message: string; remedy?: string }[],
};

type Result = typeof NOTHING & { readonly callId?: string };

async function simulate(
  options: OutboundOptions,
  environment: NodeJS.ProcessEnv,
  line: (text: string) => void,
  interrupted: AbortSignal,
): Promise<Result> {
  const { report, record } = await callSimulatedRestaurant(options, environment, line, interrupted);
  const seen = fromRecord(record);
  const transcript = [...report.transcript, ...record.turns];
  const errors = [...report.errors, ...record.errors];
  return { ...report, ...seen, ok: report.ok && seen.ok, ...{ transcript, errors } };
}

async function call(
  options: OutboundOptions,
  environment: Readonly<Record<string, string | undefined>>,
  line: (text: string) => void,
  interrupted: AbortSignal,
): Promise<Result> {
  const read = (name: string) => (environment[name] === '' ? undefined : environment[name]);
  const local = `http://127.0.0.1:${read('PORT') ?? '8080'}`;
  const bridge = {
    url: (read('BRIDGE_URL') ?? local).replace(/\/+$/, ''),
    adminToken: read('ADMIN_TOKEN'),
  };
  const { callId, callSid, status } = await placeOutbound(bridge, options);
  line(`Twilio has taken the call: ${callSid} (${status}), ${callId}`);
  if (!options.wait) return { ...NOTHING, ok: true, callSid, callId };
  const record = await followCall(bridge, callId, line, interrupted);
  const { statusEvents, turns: transcript, errors } = record;
  return { ...NOTHING, callId, ...fromRecord(record), statusEvents, transcript, errors };
}

function fromRecord({ callSid, outcome }: FollowedRecord) {
  return { ok: outcome !== undefined, callSid, outcome: outcome ?? null };
}

function describe({ ok, callSid, callId, outcome, errors }: Result): string {
  return [
    ...errors.map(({ code, message }) => `${code}: ${message}`),
    outcome === null
      ? `no outcome${ok ? ' yet' : ''}: ${callSid}, ${callId ?? ''}`
      : `outcome: ${JSON.stringify(outcome, null, 2)}`,
  ].join('\n');
}
