import { join } from 'node:path';
import pino from 'pino';
import { type Bridge, startBridge } from '../../bridge/src/bridge';
import { readConfig } from '../../bridge/src/config';
import { type RunningFunctions, startFunctions } from '../../functions/local/start';
import {
  type BuiltFunctions,
  buildFunctions,
  ROOT,
} from '../../functions/test/stage/built-functions';
import { type Model, type ModelOptions, startModel } from '../../simulator/model/model-server';
import {
  type CallReport,
  type PhoneCall,
  type PhoneOptions,
  placeCall,
} from '../../simulator/phone/phone-call';

export const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
export const SECRET = 'a secret of the tests, of fair length';
export const PUBLIC_DOMAIN = 'bridge.example.com';

/** The whole product on loopback: real Functions in their runtime, a real bridge, a simulated model. */
export interface Stage {
  readonly functions: RunningFunctions;
  bridge: Bridge;
  model: Model;
  /** Puts another bridge in place of the one that is there, on the same port. */
  restartBridge(environment?: Record<string, string>): Promise<void>;
  call(options?: Partial<PhoneOptions> & { route?: string }): PhoneCall;
  close(): Promise<void>;
}

/**
 * Sets the stage. One a test file: the Functions' runtime lives in globals.
 * @param functionsUrl the public address of the Functions; otherwise that on this machine.
 */
export async function setStage(
  options: ModelOptions,
  environment: Record<string, string> = {},
  functionsUrl?: string,
): Promise<Stage> {
  const model = await startModel(options);
  const openBridge = (port: number, more: Record<string, string> = {}) =>
    startBridge(
      readConfig({
        REALTIME_URL: model.url,
        OPENAI_API_KEY: 'sk-of-the-tests',
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        BRIDGE_SECRET: SECRET,
        PUBLIC_DOMAIN,
        CALL_STORE: ':memory:',
        DRAIN_S: '0',
        // What else this machine does is no reason to refuse a call.
        MAX_LOOP_LAG_MS: '60000',
        // Phones and models work in the same loop here.
        MAX_LOOP_BUSY_PERCENT: '100',
        // The phone of the tests has one number for all its calls.
        MAX_CALLS_PER_CALLER: '1000',
        MAX_CALLS_PER_CALLER_PER_MINUTE: '1000',
        PORT: String(port),
        ...environment,
        ...more,
      }),
      pino({ level: 'silent' }),
    );
  const built: BuiltFunctions = await buildFunctions();
  const bridge = await openBridge(0);
  const bridgeUrl = `http://127.0.0.1:${bridge.server.port}`;
  const functions = await startFunctions({
    baseDir: ROOT,
    functionsFolder: built.functions,
    assetsFolder: join(ROOT, 'assets'),
    authToken: AUTH_TOKEN,
    env: { BRIDGE_URL: bridgeUrl, BRIDGE_SECRET: SECRET },
    ...(functionsUrl === undefined ? {} : { functionsUrl }),
  });
  const base = functionsUrl ?? functions.url;
  const stage: Stage = {
    functions,
    bridge,
    model,
    restartBridge: async (more) => {
      const { port } = stage.bridge.server;
      await stage.bridge.stop();
      stage.bridge = await openBridge(port, more);
    },
    call: ({ route = '/stream-mode', ...more } = {}) =>
      placeCall({
        voiceUrl: `${base}${route}`,
        fallbackUrl: `${base}/fallback`,
        statusCallback: `${base}/call-status`,
        authToken: AUTH_TOKEN,
        hosts: { [PUBLIC_DOMAIN]: bridgeUrl, [new URL(base).host]: functions.url },
        sayMsPerCharacter: 0,
        quietMs: 300,
        maxMs: 30_000,
        ...more,
      }),
    close: async () => {
      await functions.close();
      await stage.bridge.stop();
      await stage.model.close();
      built.remove();
    },
  };
  return stage;
}

/** The names of the verbs of each document that the phone was given. */
export function verbsOf(report: CallReport): string[][] {
  return report.twiml.map(({ body }) =>
    [...body.matchAll(/<([A-Z]\w+)/g)].map(([, name]) => name ?? '').slice(1),
  );
}

/** Everything that Twilio itself said to the caller. */
export function saidBy(report: CallReport): string {
  return report.transcript
    .filter(({ who }) => who === 'twilio')
    .map(({ text }) => text)
    .join(' ');
}
