import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallFault, CallReport } from '../call-report';
import { placeCall } from '../phone-call';
import { writeWave } from '../wave';
import { type CallArguments, HELP, readArguments, UsageError } from './arguments';
import { readTurns } from './bridge-record';
import { type CallPlan, EnvironmentFault, planCall } from './plan';
import { eventLine, summary } from './summary';

/** Where the command finds itself. */
export interface CommandSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A line to stdout. */
  readonly print: (line: string) => void;
  /** A line to stderr. */
  readonly tell: (line: string) => void;
  /** Aborted by Ctrl-C: the caller hangs up. */
  readonly interrupted?: AbortSignal;
}

/** `npm run call`: gives the exit code, 0 if the call went well, 1 if not, 2 for wrong options. */
export async function runCallCommand(
  args: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> {
  const { print, tell } = surroundings;
  try {
    const options = readArguments(args);
    if (options.help) {
      print(HELP);
      return 0;
    }
    const report = await call(options, surroundings);
    print(options.json ? JSON.stringify(report, null, 2) : summary(report));
    return report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(`call: ${error.message}`);
    return 2;
  }
}

async function call(
  options: CallArguments,
  { environment, print, tell, interrupted }: CommandSurroundings,
): Promise<CallReport> {
  let plan: CallPlan;
  try {
    plan = planCall(options, environment);
  } catch (error) {
    if (!(error instanceof EnvironmentFault)) throw error;
    const { code, message, remedy } = error;
    return notPlaced({ code, level: 'error', message, remedy, atMs: 0 });
  }
  const phone = placeCall(plan.phone);
  let startedUnixMs = Date.now();
  phone.on((event) => {
    if (event.kind === 'call-started') startedUnixMs = event.atUnixMs;
    if (event.kind !== 'mark') (options.json ? tell : print)(eventLine(event));
  });
  interrupted?.addEventListener('abort', () => phone.hangUp());
  const report = await phone.finished;
  if (options.wav !== undefined) {
    mkdirSync(options.wav, { recursive: true });
    for (const [who, audio] of [
      ['agent', phone.agentAudio()],
      ['caller', phone.callerAudio()],
    ] as const) {
      const path = join(options.wav, `${phone.callSid}-${who}.wav`);
      writeFileSync(path, writeWave(audio));
      tell(`wrote ${path}`);
    }
  }
  const turns = await readTurns(plan.bridge, plan.adminToken, phone.callSid, startedUnixMs);
  return {
    ...report,
    transcript: [...report.transcript, ...turns].sort((a, b) => a.atMs - b.atMs),
    errors: [...unreachable(report, plan, options), ...report.errors],
  };
}

/** Says in our own words what 11202 means at the first address of a call. */
function unreachable(
  { twiml: [first] }: CallReport,
  { phone }: CallPlan,
  { url }: CallArguments,
): CallFault[] {
  if (first === undefined || first.findings.every(({ code }) => code !== 11202)) return [];
  const { origin } = new URL(phone.voiceUrl);
  return [
    {
      code: url === undefined ? 'functions_unreachable' : 'voice_url_unreachable',
      level: 'error',
      message: `nothing listens at ${origin}`,
      remedy:
        url === undefined
          ? 'start the Functions with npm run functions (or everything with npm start), or correct FUNCTIONS_URL'
          : 'start what shall answer there, or correct --url',
      atMs: 0,
    },
  ];
}

/** The report of a call that could not be placed. */
function notPlaced(fault: CallFault): CallReport {
  return {
    ok: false,
    callSid: '',
    from: '',
    to: '',
    callStatus: 'failed',
    durationMs: 0,
    endedBy: 'caller',
    twiml: [],
    stream: null,
    streams: [],
    statusEvents: [],
    transcript: [],
    errors: [fault],
  };
}
