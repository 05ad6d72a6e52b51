import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import { checkEcho } from './echo-check';
import { findLocalBridge, type LocalBridge } from './local-bridge';
import type { Tunnel } from './open-tunnel';
import { HELP, readOptions, type TunnelOptions } from './options';
import { findPlace, type Place, type TunnelSurroundings } from './place';
import { isLoopback, readPublicHost } from './public-host';
import { setAll } from './set-addresses';
import { TunnelFault } from './tunnel-fault';
import { explainUnreachable } from './unreachable';

const BRIDGE_POLL_MS = 500;

/**
 * `npm run tunnel`: gives the exit code.
 * @throws TunnelFault if something stands in the way; nothing was set then.
 */
export async function runTunnel(
  args: readonly string[],
  surroundings: TunnelSurroundings,
): Promise<number> {
  const options = readOptions(args);
  const { print, interrupted } = surroundings;
  if (options.help) {
    print(HELP);
    return 0;
  }
  const place = await findPlace(surroundings);
  if (options.url !== undefined) {
    const host = readPublicHost(options.url);
    await check(host, place);
    return await setAll(host, options, place);
  }
  const tunnel = await open(options, place);
  try {
    print(`tunnel open     https://${tunnel.host} → 127.0.0.1:${place.port}, by ${tunnel.carrier}`);
    if (!options.once && !(await waitForBridge(place))) return 1;
    await check(tunnel.host, place);
    const exitCode = await setAll(tunnel.host, options, place);
    if (options.once) return exitCode;
    print('\nThe tunnel is open until Ctrl-C.');
    await untilAborted(interrupted);
    return exitCode;
  } finally {
    await tunnel.close();
  }
}

function open(
  { domain }: TunnelOptions,
  { openTunnel, port, environment }: Place,
): Promise<Tunnel> {
  return openTunnel({ port, domain, environment });
}

/** Waits until the bridge is there, so that an address that is new each time is not lost. False if interrupted. */
async function waitForBridge({ port, print, interrupted }: Place): Promise<boolean> {
  let told: LocalBridge = 'bridge';
  while (!interrupted.aborted) {
    const local = await findLocalBridge(port);
    if (local === 'bridge') return true;
    if (local !== told) {
      const what =
        local === 'nothing' ? 'no bridge listens' : 'something else than the bridge listens';
      print(`waiting         ${what} on 127.0.0.1:${port}; in another terminal: npm run bridge`);
    }
    told = local;
    await new Promise((resolve) => setTimeout(resolve, BRIDGE_POLL_MS));
  }
  return false;
}

/** Throws a TunnelFault that says what is wrong, if WebSockets do not reach the bridge. */
async function check(host: string, { port, print }: Place): Promise<void> {
  const result = await checkEcho(host);
  if (result.kind !== 'echoed') {
    const local = await findLocalBridge(port);
    throw new TunnelFault(`${explainUnreachable(result, { host, port, local })}. Nothing was set.`);
  }
  const { openMs, frames, roundTripMs } = result;
  print(
    `checked         wss://${host}/ws-test opened in ${openMs.toFixed(0)} ms, ${frames} frames came back, round trip ${roundTripMs.toFixed(1)} ms`,
  );
  if (isLoopback(host) || isPrivateHost(host)) {
    print(
      `note            ${host} is known on this network alone: good for a trial, not for Twilio`,
    );
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    // Neither a promise nor a signal's handler keeps a process; a carrier may not either.
    const alive = setInterval(() => undefined, 2 ** 30);
    const end = () => {
      clearInterval(alive);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
