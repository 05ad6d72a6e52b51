import type { Finding } from '../check';

const SILENT = 'a caller hears silence and then the fallback';

/**
 * The account ran into a limit: its quota (`insufficient_quota`), or the rate of requests.
 * @param how where it was said, as in `HTTP 429`.
 */
export function limitFault(code: string, how: string): Finding {
  if (code === 'insufficient_quota') {
    return {
      level: 'fault',
      id: 'quota-exhausted',
      found: `the account has no quota left (${how}, insufficient_quota)`,
      why: SILENT,
      remedy:
        'add credit, or raise the monthly limit of the project: https://platform.openai.com/settings/organization/billing',
    };
  }
  return {
    level: 'fault',
    id: 'rate-limited',
    found: `the provider takes no more requests now (${how}, ${code || 'rate limit'})`,
    why: `${SILENT}, whenever as many calls as now are open`,
    remedy:
      'wait a minute and run npm run doctor again; if it stays, have the limits of the project raised, or lower MAX_CALLS',
  };
}
