import { join } from 'node:path';
import type { CallRecord } from '../../bridge/src/records/call-record';
import { ADMIN_TOKEN } from '../../bridge/test/stand-in/bridge';
import {
  type BridgeProcess,
  buildMain,
  type BuiltMain,
  startMain,
} from '../../bridge/test/stand-in/process';
import { findFreePorts } from '../../commands/chaos/free-ports';
import { type WatchedCall, watchCall } from '../../commands/chaos/watched-call';
import { type RunningFunctions, startFunctions } from '../../functions/local/start';
import {
  type BuiltFunctions,
  buildFunctions,
  ROOT,
} from '../../functions/test/stage/built-functions';
import type { Certificate } from '../../simulator/model/certificate';
import { type Model, startModel } from '../../simulator/model/model-server';
import type { Script } from '../../simulator/model/script';
import { placeCall } from '../../simulator/phone/phone-call';
import { AUTH_TOKEN, PUBLIC_DOMAIN, SECRET } from './stage';

/** A call on a bridge that falls. */
export interface FallenCall extends WatchedCall {
  /** Resolves when this process of the bridge has noted so many turns. */
  turns(count: number): Promise<void>;
  /** Resolves when one of these is the last turn, said after one of the caller's. */
  answered(...texts: readonly string[]): Promise<void>;
}

interface Parts {
  readonly built: BuiltFunctions;
  readonly functions: RunningFunctions;
  readonly main: BuiltMain;
  readonly model: Model;
  readonly port: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** The whole product on loopback, with the bridge as a process that can be killed. */
export class FallingStage {
  readonly #parts: Parts;
  #bridge: BridgeProcess | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Sets it, with the bridge running. One a test file at a time: the Functions' runtime lives in
   * globals.
   * @param certificate the model speaks TLS with it; whether the bridge trusts it is for the environment.
   */
  static async set(
    script: Script,
    environment: Readonly<Record<string, string>>,
    certificate?: Certificate,
  ): Promise<FallingStage> {
    const model = await startModel({
      ...{ script, firstAudioMs: 20, transcriptionMs: 0, deltaMs: 100 },
      ...(certificate && { tls: certificate }),
    });
    const [port = 0] = await findFreePorts(1);
    const built = await buildFunctions();
    const functions = await startFunctions({
      baseDir: ROOT,
      functionsFolder: built.functions,
      assetsFolder: join(ROOT, 'assets'),
      authToken: AUTH_TOKEN,
      env: { BRIDGE_URL: `http://127.0.0.1:${port}`, BRIDGE_SECRET: SECRET },
    });
    const stage = new FallingStage({
      ...{ built, functions, model, port },
      main: buildMain(),
      environment: {
        PATH: process.env.PATH,
        REALTIME_URL: model.url,
        OPENAI_API_KEY: 'sk-of-the-tests',
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        BRIDGE_SECRET: SECRET,
        ...{ ADMIN_TOKEN, PUBLIC_DOMAIN },
        PORT: String(port),
        LOG_FORMAT: 'json',
        DRAIN_S: '0',
        MAX_LOOP_LAG_MS: '60000',
        ...environment,
      },
    });
    await stage.start();
    return stage;
  }

  get model(): Model {
    return this.#parts.model;
  }

  /** Starts the bridge. @returns when it listened, as Unix time in milliseconds. */
  async start(): Promise<number> {
    this.#bridge = startMain(this.#parts.main, this.#parts.environment);
    return Number((await this.#bridge.waitForLog('bridge listening')).time);
  }

  /** Kills the bridge, as the kernel does when memory runs out. */
  async kill(): Promise<void> {
    this.#bridge?.kill('SIGKILL');
    await this.#bridge?.ended;
  }

  /** The turns of a call that this process had noted by a moment, in order. */
  turnsOf(callSid: string, byUnixMs = Infinity): { who: string; text: string; atMs: number }[] {
    return (this.#bridge?.logs ?? [])
      .filter(
        ({ msg, time, callSid: sid }) =>
          msg === 'turn' && sid === callSid && Number(time) <= byUnixMs,
      )
      .map(({ who, pii, atMs }) => ({
        who: String(who),
        text: (pii as { text: string }).text, // of a turn it has the text
        atMs: Number(atMs),
      }))
      .sort((one, other) => one.atMs - other.atMs);
  }

  /** What the bridge has written down. */
  async record(callSid: string): Promise<CallRecord> {
    const answer = await fetch(`http://127.0.0.1:${this.#parts.port}/calls/${callSid}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    return (await answer.json()) as CallRecord; // the bridge wrote it
  }

  /** Places a call. */
  call(): FallenCall {
    const { functions, port } = this.#parts;
    const phone = placeCall({
      voiceUrl: `${functions.url}/stream-mode`,
      fallbackUrl: `${functions.url}/fallback`,
      statusCallback: `${functions.url}/call-status`,
      authToken: AUTH_TOKEN,
      hosts: { [PUBLIC_DOMAIN]: `http://127.0.0.1:${port}` },
      afterScript: 'stay',
      quietMs: 300,
      maxMs: 60_000,
    });
    const watched = watchCall(phone);
    const turns = () => this.turnsOf(phone.callSid);
    return {
      ...watched,
      turns: async (count) => {
        await watched.until(`turn ${count}`, () => turns().length >= count || undefined);
      },
      answered: async (...texts) => {
        await watched.until('an answer', () => {
          const [before, answer] = turns().slice(-2);
          const isAnswer = before?.who === 'caller' && texts.includes(answer?.text ?? '');
          return isAnswer || undefined;
        });
      },
    };
  }

  async close(): Promise<void> {
    const { built, functions, main, model } = this.#parts;
    await this.kill();
    await functions.close();
    await model.close();
    built.remove();
    main.remove();
  }
}
