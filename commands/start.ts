// `npm start`: all parts on this machine, one simulated call through them, and then they serve.
import { config as loadEnvFile } from 'dotenv';
import { parseArgs } from 'node:util';
import { placeDemoCall, type DemoCall } from './start/demo-call';
import type { Part } from './start/part';
import { addressesOf, makeRun, type Run, startParts } from './start/parts';
import { findPortFaults, readPort } from './start/ports';
import { Timeline } from './start/timeline';

const HELP = `npm start -- [options]

Starts the Functions, the bridge and the simulated model on this machine, places one simulated
call, shows its course, and then serves until Ctrl-C. No account and no key are needed.

  --once        end after the call: exit code 0 if it went well, 1 if not
  --live-model  the real model, with OPENAI_API_KEY, instead of the simulated one
  --help

Ports: FUNCTIONS_PORT (3000), PORT for the bridge (8080), MODEL_PORT (8090).
`;

const RECORDINGS = 'recordings';
const print = (text = '') => console.log(text);

class StartError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

async function main(): Promise<void> {
  loadEnvFile({ quiet: true });
  const options = readOptions();
  if (options.help) {
    print(HELP);
    return;
  }
  const run = await prepareRun(options['live-model']);
  const parts = startParts(run, process.env);
  const stopAll = () => Promise.all(parts.map((part) => part.stop()));
  const signals = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (signals.signal.aborted) return;
      signals.abort();
      void stopAll().then(() => process.exit(options.once ? 1 : 0));
    });
  }
  try {
    await Promise.all(parts.map(({ listening }) => listening));
    print(
      `All parts listen${run.liveKey === undefined ? '' : ', and the model is the real one'}. A caller dials in.\n`,
    );
    const call = await callOnce(run, parts);
    printCall(call);
    if (options.once) process.exitCode = call.report.ok ? 0 : 1;
    else {
      printAddresses(run);
      const [name, how] = await Promise.race(
        parts.map(async (part) => [part.name, await part.ended] as const),
      );
      if (!signals.signal.aborted)
        throw new StartError(`the ${name} ended by itself (${how}), so the others are stopped too`);
      await new Promise(() => undefined); // the signal's handler ends the process
    }
  } finally {
    if (!signals.signal.aborted) await stopAll();
  }
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        'live-model': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), 2);
  }
}

async function prepareRun(liveModel: boolean): Promise<Run> {
  const key = process.env.OPENAI_API_KEY;
  if (liveModel && (key === undefined || key === '')) {
    throw new StartError('--live-model needs OPENAI_API_KEY, in the environment or in .env');
  }
  const functions = readPort(process.env, 'Functions', 'FUNCTIONS_PORT', 3000);
  const bridge = readPort(process.env, 'bridge', 'PORT', 8080);
  const model = readPort(process.env, 'simulated model', 'MODEL_PORT', 8090);
  const faults = await findPortFaults(liveModel ? [functions, bridge] : [functions, bridge, model]);
  if (faults.length > 0) throw new StartError(faults.join('\n'));
  return makeRun(
    { functionsPort: functions.port, bridgePort: bridge.port, modelPort: model.port },
    liveModel ? key : undefined,
  );
}

async function callOnce(run: Run, parts: readonly Part[]): Promise<DemoCall> {
  const timeline = new Timeline(print);
  for (const part of parts) part.on((line) => timeline.takePart(line));
  try {
    return await placeDemoCall(run, timeline, RECORDINGS);
  } finally {
    timeline.end();
  }
}

function printCall({ report, turns, waveFiles }: DemoCall): void {
  const { stream, errors } = report;
  print();
  for (const { who, text, atMs } of turns)
    print(`${String(atMs).padStart(7)} ms  ${who.padEnd(9)}  “${text}”`);
  print();
  if (report.ok && stream !== null) {
    print(
      `The call went well: connected in ${stream.connectMs ?? 0} ms, first word of the agent ${stream.firstAgentAudioMs ?? 0} ms after the stream's start, ` +
        `${(stream.framesSent * 20) / 1_000} s of caller audio sent, ${stream.heardMs / 1_000} s of the agent heard.`,
    );
  } else print('The call did NOT go well.');
  for (const { code, message, remedy } of errors)
    print(`  ${code}: ${message}${remedy === undefined ? '' : `. Remedy: ${remedy}`}`);
  print('What each side said, to listen to:');
  for (const file of waveFiles) print(`  ${file}`);
}

function printAddresses(run: Run): void {
  const { functions, bridge, model } = addressesOf(run);
  print(`
Serving until Ctrl-C:
  Functions   ${functions}   (POST /stream-mode, /test-mode, …; GET /diagnostics)
  bridge      ${bridge}   (GET /healthz, /readyz, /diagnostics, /metrics)
  model       ${run.liveKey === undefined ? model : 'the real one'}

Another call, or a look at every link, from a second terminal (the secrets are of this run only):
  export TWILIO_AUTH_TOKEN=${run.authToken} ADMIN_TOKEN=${run.adminToken} \\
    BRIDGE_SECRET=${run.bridgeSecret} PUBLIC_DOMAIN=${run.publicDomain} \\
    FUNCTIONS_URL=${functions} PORT=${run.bridgePort}${run.liveKey === undefined ? ` REALTIME_URL=${model} OPENAI_API_KEY=simulated` : ''}
  npm run call
  npm run doctor -- --host ${run.publicDomain}=http://127.0.0.1:${run.bridgePort}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof StartError ? error.exitCode : 1;
});
