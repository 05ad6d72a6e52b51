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
