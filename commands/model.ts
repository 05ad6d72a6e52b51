import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeCertificate } from '../simulator/model/certificate';
import { FAILURE_CODES } from '../simulator/model/faults';
import type { Faults, Model, ModelOptions } from '../simulator/model/model-server';
import { startModel } from '../simulator/model/model-server';
import { readScript } from '../simulator/model/script';
import { RECEPTIONIST, SCRIPTS } from '../simulator/model/shipped-scripts';

const HELP = `npm run model -- [options]

The simulated model: it plays the OpenAI Realtime API, with no account and no key.

  --port N              where it listens; default 8090, 0 takes any free port
  --host ADDRESS        default 127.0.0.1
  --tls                 wss, with a certificate made now; its path is printed
  --api-key KEY         accept only this key
  --parrot              say back what the caller says
  --script NAME|FILE    what it says: ${[...SCRIPTS.keys()].join(', ')},
                        or JSON: {"greeting": REPLY, "replies": [REPLY, …], "cases": [CASE, …],
                        "heard": […]} where a REPLY is a LINE, or several as a list; a LINE is
                        {"clip": name}, {"text": …} or {"tool": name, "arguments": {…}}; a CASE is
                        {"when": {"output_contains": …}, "say": REPLY}, for what a function gave
                        (or heard_contains, told_contains: the instructions of a response)
  --audio-rate N        audio is sent N times faster than real time; default 4
  --json                one JSON line an event: time (unix ms), kind, sessionId, msg
  --help

Faults:
  --ready-ms N          session.created comes late
  --updated-ms N        session.updated comes late
  --first-audio-ms N    delay before the first audio of each response; default 150
  --drop-after-ms N     the connection breaks
  --drop-after-deltas N … once so many pieces of audio went out: in mid-sentence
  --close-code N        the session is closed with this code
  --close-after-ms N    … so much later; default at once
  --refuse STATUS       the upgrade is refused with this HTTP status
  --refuse-times N      … the first N of them only
  --fail CODE           every response fails: ${FAILURE_CODES.join(', ')}
  --wrong-format        audio stays at audio/pcm whatever session.update says
  --never-updates       session.update is not answered
  --silent              responses begin and never speak
  --late-deltas N       so many audio deltas still come after a cancel
  --session-max-ms N    the session expires; default 3600000
`;

const number = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8090' },
        host: { type: 'string' },
        tls: flag,
        'api-key': { type: 'string' },
        parrot: flag,
        script: { type: 'string' },
        'audio-rate': number,
        json: flag,
        help: flag,
        'ready-ms': number,
        'updated-ms': number,
        'first-audio-ms': number,
        'drop-after-ms': number,
        'drop-after-deltas': number,
        'refuse-times': number,
        'close-code': number,
        'close-after-ms': number,
        refuse: number,
        fail: { type: 'string' },
        'wrong-format': flag,
        'never-updates': flag,
        silent: flag,
        'late-deltas': number,
        'session-max-ms': number,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Arguments = ReturnType<typeof readArguments>;
type NumberName = {
  [K in keyof Arguments]-?: Arguments[K] extends string | undefined ? K : never;
}[keyof Arguments];

function readNumber(values: Arguments, name: NumberName, least: number, most: number) {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not ${text}`);
}

function readFaults(values: Arguments): Faults {
  const ms = (name: NumberName) => readNumber(values, name, 0, 86_400_000);
  const closeCode = readNumber(values, 'close-code', 1000, 4999);
  const dropAfterMs = ms('drop-after-ms');
  const dropAfterDeltas = readNumber(values, 'drop-after-deltas', 1, 100_000);
  const hasDrop = dropAfterMs !== undefined || dropAfterDeltas !== undefined;
  const failResponse = FAILURE_CODES.find((code) => code === values.fail);
  if (values.fail !== undefined && failResponse === undefined) {
    throw new UsageError(`--fail must be one of ${FAILURE_CODES.join(', ')}, not ${values.fail}`);
  }
  if (closeCode !== undefined && !isCloseCode(closeCode)) {
    throw new UsageError(`--close-code ${closeCode} may not be sent (RFC 6455 section 7.4)`);
  }
  return {
    readyMs: ms('ready-ms'),
    updatedMs: ms('updated-ms'),
    firstAudioMs: ms('first-audio-ms'),
    sessionMaxMs: ms('session-max-ms'),
    refuseStatus: values['refuse-times'] === undefined ? readRefusal(values) : undefined,
    lateDeltas: readNumber(values, 'late-deltas', 0, 1_000),
    drop: hasDrop ? { afterMs: dropAfterMs, afterDeltas: dropAfterDeltas } : undefined,
    close:
      closeCode === undefined ? undefined : { code: closeCode, afterMs: ms('close-after-ms') ?? 0 },
    failResponse,
    wrongFormat: values['wrong-format'],
    neverUpdates: values['never-updates'],
    silent: values.silent,
  };
}

function readRefusal(values: Arguments): number | undefined {
  return readNumber(values, 'refuse', 400, 599);
}

/** 1006 is a break of the connection; the others are what a WebSocket may send. */
function isCloseCode(code: number): boolean {
  return (code <= 1014 && code !== 1004 && code !== 1005) || code >= 3000;
}

function readOptions(values: Arguments): ModelOptions {
  const script = values.script === undefined ? RECEPTIONIST : findScript(values.script);
  return {
    port: readNumber(values, 'port', 0, 65_535),
    host: values.host,
    apiKey: values['api-key'],
    parrot: values.parrot,
    audioRate: readNumber(values, 'audio-rate', 1, 1_000),
    script,
    faults: readFaults(values),
  };
}

function findScript(path: string) {
  const shipped = SCRIPTS.get(path);
  if (shipped !== undefined) return shipped;
  try {
    return readScript(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--script ${path}: ${error instanceof Error ? error.message : 'unread'}`);
  }
}

function say(values: Arguments, kind: string, sessionId: string, msg: string, atUnixMs: number) {
  const line = values.json
    ? JSON.stringify({ time: atUnixMs, kind, sessionId, msg })
    : `${new Date(atUnixMs).toISOString().slice(11, 23)}  ${kind.padEnd(16)}  ${msg}`;
  console.log(line);
}

async function run(values: Arguments): Promise<void> {
  const options = readOptions(values);
  const refuseTimes = readNumber(values, 'refuse-times', 1, 1_000);
  const refuseStatus = readRefusal(values);
  if (refuseTimes !== undefined && refuseStatus === undefined)
    throw new UsageError('--refuse-times goes with --refuse');
  const certificate = values.tls ? await makeCertificate() : undefined;
  const model: Model = await startModel({ ...options, tls: certificate });
  if (refuseTimes !== undefined && refuseStatus !== undefined)
    model.refuseNext(refuseTimes, refuseStatus);
  const hint = certificate
    ? `; for the bridge set NODE_EXTRA_CA_CERTS=${certificate.certPath}`
    : '';
  const where = `the simulated model listens; for the bridge set REALTIME_URL=${model.url}${hint}`;
  say(values, 'listening', '', where, Date.now());
  model.on(({ kind, sessionId, sentence, atUnixMs }) =>
    say(values, kind, sessionId, sentence, atUnixMs),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void model.close().then(() => process.exit(0)));
  }
}

function explain(error: unknown, values?: Arguments): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code; // only system errors have one
  if (code === 'EADDRINUSE') {
    return `port ${values?.port ?? ''} is in use: end what listens there, or take another with --port (0 takes any free one)`;
  }
  return error.message;
}

async function main(): Promise<void> {
  let values: Arguments | undefined;
  try {
    values = readArguments();
    if (values.help) console.log(HELP);
    else await run(values);
  } catch (error) {
    process.stderr.write(`model: ${explain(error, values)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

void main();
