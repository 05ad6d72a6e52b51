import type { Check } from './check';
import { ACCOUNT_CHECKS } from './checks/account/part';
import { BRIDGE_CHECKS, LASTING_CHECKS } from './checks/bridge/part';
import { CALL_CHECKS } from './checks/call/part';
import { CONFIG_CHECKS } from './checks/config/part';
import { FUNCTIONS_CHECKS } from './checks/functions/part';
import { MODEL_CHECKS } from './checks/model/part';
import { NUMBER_CHECKS } from './checks/number/part';
import { TWIML_CHECKS } from './checks/twiml/part';

/** Every check, in the order of a call: who is called, what is asked, what answers. */
export const CHAIN: readonly Check[] = [
  ...CONFIG_CHECKS,
  ...ACCOUNT_CHECKS,
  ...NUMBER_CHECKS,
  ...FUNCTIONS_CHECKS,
  ...TWIML_CHECKS,
  ...BRIDGE_CHECKS,
  ...MODEL_CHECKS,
  ...CALL_CHECKS,
  ...LASTING_CHECKS,
];

/** The checks of these parts, and what they need; all of them where no part is named. */
export function chooseParts(only: readonly string[]): readonly Check[] {
  if (only.length === 0) return CHAIN;
  const wanted = new Set<string>();
  for (const check of [...CHAIN].reverse()) {
    const isAsked = only.includes(check.id.split('.')[0] ?? '');
    if (!isAsked && !wanted.has(check.id)) continue;
    wanted.add(check.id);
    check.needs.forEach((need) => wanted.add(need));
  }
  return CHAIN.filter(({ id }) => wanted.has(id));
}
