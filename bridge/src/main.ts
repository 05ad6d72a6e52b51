import { config as loadDotenv } from 'dotenv';
import type { Logger } from 'pino';
import { type Bridge, startBridge } from './bridge';
import { ConfigError, readConfig } from './config';
import { listSecrets } from './diagnostics/shown-config';
import { yieldHelperThreads } from './load/thread-priority';
import { createLog } from './log';

async function main(): Promise<void> {
  yieldHelperThreads();
  loadDotenv({ quiet: true });
  const config = readConfig(process.env);
  const log = createLog(config, process.stdout.isTTY, listSecrets(config));
  const bridge = await startBridge(config, log, process.env);
  obeySignals(bridge, log);
  log.info(
    {
      host: config.HOST,
      port: bridge.server.port,
      engine: bridge.server.engine,
      publicDomain: config.PUBLIC_DOMAIN,
      model: config.REALTIME_MODEL,
    },
    'bridge listening',
  );
}

function obeySignals(bridge: Bridge, log: Logger): void {
  let signals = 0;
  const take = (signal: string) => {
    signals += 1;
    if (signals > 1) {
      log.warn({ signal, calls: bridge.calls.size }, 'drain forced: calls in progress are cut');
      void bridge.stop().then(() => process.exit(0));
      return;
    }
    log.info({ signal, calls: bridge.calls.size }, 'draining: no more calls are admitted');
    void bridge.drain().then(() => {
      log.info('bridge stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', () => take('SIGTERM'));
  process.on('SIGINT', () => take('SIGINT'));
}

main().catch((error: unknown) => {
  process.stderr.write(`the bridge cannot start:\n${explain(error)}\n`);
  process.exit(1);
});

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.faults.map((fault) => `  ${fault}`).join('\n');
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `  the port ${process.env.PORT ?? '8080'} is in use: end what listens there, or set PORT to another`;
  }
  return `  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
