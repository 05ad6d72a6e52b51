const PATIENCE_MS = 2_000;

/** What answers on the bridge's port of this machine. */
export type LocalBridge = 'bridge' | 'something else' | 'nothing';

/** Finds out what listens on the port: the bridge asks a plain GET of /ws-test to upgrade. */
export async function findLocalBridge(port: number): Promise<LocalBridge> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/ws-test`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return (await answer.text()).includes('"upgrade_required"') ? 'bridge' : 'something else';
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const refused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
    return refused ? 'nothing' : 'something else';
  }
}

/**
 * The PUBLIC_DOMAIN that the bridge on this machine runs with, or undefined if it does not say:
 * it tells operators alone.
 */
export async function askPublicDomain(
  port: number,
  adminToken: string | undefined,
): Promise<string | undefined> {
  if (adminToken === undefined || adminToken === '') return undefined;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/diagnostics`, {
      headers: { authorization: `Bearer ${adminToken}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { config } = (await answer.json()) as { config?: { PUBLIC_DOMAIN?: unknown } }; // checked below
    return typeof config?.PUBLIC_DOMAIN === 'string' ? config.PUBLIC_DOMAIN : undefined;
  } catch {
    return undefined;
  }
}
