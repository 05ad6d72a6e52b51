import type { Check } from '../../check';
import { checkAddress } from './address';
import { checkCertificate } from './certificate';
import { checkEcho } from './echo';
import { checkHttp } from './http';
import { checkIdle } from './idle';
import { checkName } from './name';
import { checkSignature } from './signature';
import { checkSlash } from './slash';
import { checkUpgrade } from './upgrade';

/** The bridge, from the public side. */
export const BRIDGE_CHECKS: readonly Check[] = [
  checkAddress,
  checkName,
  checkCertificate,
  checkHttp,
  checkUpgrade,
  checkEcho,
  checkSignature,
  checkSlash,
];

/** What shows only after a while; last in the chain, so that nothing waits for it. */
export const LASTING_CHECKS: readonly Check[] = [checkIdle];
