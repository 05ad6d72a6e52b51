import { maskPhoneNumber } from '@realtime-phone/protocol/masked-number';
import type { Config } from '../config';
import { ENVIRONMENT } from '../environment';

/** By the end of their name, so that one that is added later is hidden without being listed here. */
const SECRET = /(KEY|TOKEN|SECRET|PASSWORD)(_PREVIOUS)?$/;

/** The configuration as an operator may see it: of secrets only whether they are set. */
export function showConfig(config: Config): Readonly<Record<string, unknown>> {
  const given = new Map<string, unknown>(Object.entries(config));
  return Object.fromEntries(
    Object.keys(ENVIRONMENT.shape).flatMap((name): [string, unknown][] => {
      const value = given.get(name);
      if (SECRET.test(name)) return [[name, value === undefined ? 'not set' : 'set']];
      return value === undefined ? [] : [[name, showValue(name, value)]];
    }),
  );
}

/** Every secret that the configuration holds, passwords within addresses included. */
export function listSecrets(config: Config): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (typeof value !== 'string' || value === '') return [];
    if (SECRET.test(name)) return [value];
    // As it was written and as it is meant.
    const password = /^\w+:\/\/[^/?#]*:([^/?#]+)@/.exec(value)?.[1];
    return password === undefined ? [] : [password, decodeURIComponent(password)];
  });
}

function showValue(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (name === 'TWILIO_PHONE_NUMBER') return maskPhoneNumber(value);
  // An address may carry a user, a password or a key in its query.
  return value.replace(/^(\w+:\/\/)[^/?#]*@/, '$1***@').replace(/\?.*$/s, '?***');
}
