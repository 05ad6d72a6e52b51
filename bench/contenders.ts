import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContenderName, Leg } from './contender-names';
import { compileProgram } from './load/compile';
import type { AdmittedCall } from './load/generator';
import { admit, admitCalls, describeEnvironment, makeCalls, makeSecrets } from './our-bridge';
import { type PinnedProcess, startPinned } from './pinned-process';

/** Where a contender finds the model, and the core it has. */
export interface Place {
  readonly core: number | undefined;
  readonly leg: Leg;
  readonly modelPort: number;
  /** PEM file to be trusted, for TLS. */
  readonly certPath: string | undefined;
  readonly calls: number;
}

/** Our bridge, listening: it also takes calls one by one. */
export interface RunningBridge extends Running {
  /** @throws NotAdmitted where it does not take the call. */
  readonly admitOne: (call: AdmittedCall) => Promise<AdmittedCall>;
}

/** A contender that listens. */
export interface Running {
  /** Undefined for nothing between. */
  readonly process: PinnedProcess | undefined;
  readonly port: number;
  readonly admit: () => Promise<readonly AdmittedCall[]>;
  readonly stop: () => Promise<void>;
}

/** One way to get audio from a phone to a model and back. */
export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly legs: readonly Leg[];
  /** It knows nothing of the messages: phone and model then speak with each other. */
  readonly isRelay: boolean;
  readonly start: (place: Place) => Promise<Running>;
}

/** A bridge of ours. */
export interface BridgeContender extends Contender {
  readonly start: (place: Place) => Promise<RunningBridge>;
}

/** As in the script `bridge` of package.json. */
const SEMI_SPACE = '--max-semi-space-size=2';
const BOTH: readonly Leg[] = ['clear', 'tls'];

/**
 * The contenders by their names.
 * @param root the repository, built.
 */
export function findContender(name: ContenderName, root: string): Contender {
  const rival = (file: string) => [process.execPath, join(root, 'dist/bench/rivals', file)];
  switch (name) {
    case 'bridge':
      return ourBridge(name, 'this bridge', join(root, 'dist/bridge/main.js'));
    case 'sample':
      return outsider(name, 'fastify + ws, JSON on every message', rival('sample.js'));
    case 'sliced':
      return outsider(name, 'uWebSockets.js + ws, payload sliced', rival('sliced.js'));
    case 'sdk':
      return outsider(name, 'Agents SDK, Twilio transport', rival('sdk.js'));
    case 'relay':
      return { ...outsider(name, 'byte relay, Node', rival('relay.js')), isRelay: true };
    case 'relay-c': {
      const { path } = compileProgram(
        join(root, 'bench/rivals/relay.c'),
        join(root, 'dist/bench/rivals/relay'),
      );
      return { ...outsider(name, 'byte relay, C', [path]), isRelay: true, legs: ['clear'] };
    }
    case 'none':
      return {
        name,
        title: 'nothing between',
        legs: ['clear'],
        isRelay: true,
        start: ({ modelPort, calls }) =>
          Promise.resolve({
            process: undefined,
            port: modelPort,
            admit: () => Promise.resolve(makeCalls(calls)),
            stop: () => Promise.resolve(),
          }),
      };
  }
}

/**
 * A bridge as `npm run bridge` starts it.
 * @param more options given to Node before the file, and what its environment has besides.
 */
export function ourBridge(
  name: string,
  title: string,
  file: string,
  more: { readonly nodeOptions?: readonly string[]; readonly environment?: NodeJS.ProcessEnv } = {},
): BridgeContender {
  return {
    name,
    title,
    legs: BOTH,
    isRelay: false,
    start: async (place) => {
      const secrets = makeSecrets();
      const folder = mkdtempSync(join(tmpdir(), 'bench-'));
      const environment = {
        ...describeEnvironment(secrets, addressOf(place), place.calls, folder),
        ...trust(place),
        ...more.environment,
      };
      const process = startPinned(
        place.core,
        [globalThis.process.execPath, SEMI_SPACE, ...(more.nodeOptions ?? []), file],
        { environment, folder },
        /"port":(\d+).*"msg":"bridge listening"/,
      );
      const remove = () => rmSync(folder, { recursive: true, force: true });
      try {
        const port = await process.listening;
        return {
          process,
          port,
          admit: () => admitCalls(port, secrets, place.calls),
          admitOne: (call) => admit(port, secrets, call),
          stop: () => process.stop().finally(remove),
        };
      } catch (error) {
        remove();
        throw error;
      }
    },
  };
}

/** A program that takes the model's address from MODEL_URL and prints `listening PORT`. */
function outsider(name: string, title: string, command: readonly string[]): Contender {
  return {
    name,
    title,
    legs: BOTH,
    isRelay: false,
    start: async (place) => {
      const environment = { MODEL_URL: addressOf(place), ...trust(place) };
      const process = startPinned(
        place.core,
        command,
        { environment, folder: tmpdir() },
        /^listening (\d+)$/m,
      );
      return {
        process,
        port: await process.listening,
        admit: () => Promise.resolve(makeCalls(place.calls)),
        stop: () => process.stop(),
      };
    },
  };
}

function addressOf({ leg, modelPort }: Place): string {
  return leg === 'tls'
    ? `wss://localhost:${modelPort}/v1/realtime`
    : `ws://127.0.0.1:${modelPort}/v1/realtime`;
}

function trust({ certPath }: Place): NodeJS.ProcessEnv {
  return certPath === undefined ? {} : { NODE_EXTRA_CA_CERTS: certPath };
}
