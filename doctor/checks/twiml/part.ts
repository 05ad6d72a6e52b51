import type { Check } from '../../check';
import { checkDocument } from './document';
import { checkFetch } from './fetch';
import { checkHost } from './host';
import { checkStream } from './stream';

/** What the voice address answers. */
export const TWIML_CHECKS: readonly Check[] = [checkFetch, checkDocument, checkStream, checkHost];
