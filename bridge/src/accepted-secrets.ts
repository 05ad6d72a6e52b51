import type { Config } from './config';

/** Secrets that can be changed while both the new one and the last are taken. */
export type ChangeableSecret = 'BRIDGE_SECRET' | 'TWILIO_AUTH_TOKEN' | 'ADMIN_TOKEN';

/** What is taken for a secret: its value, and its `_PREVIOUS` one while it is being changed. */
export function acceptedSecrets(config: Config, name: ChangeableSecret): readonly string[] {
  const current = config[name];
  const previous = config[`${name}_PREVIOUS`];
  // A secret that is gone is gone: the one before it does not stand in for it.
  if (current === undefined) return [];
  return previous === undefined ? [current] : [current, previous];
}
