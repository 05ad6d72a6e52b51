import { checkTwiml, type TwimlAnswer, type TwimlFinding } from '../check';
import { checkDirection } from './direction';
import { MENDINGS } from './mending';
import { correctNames } from './schema-correction';
import { correctStreams } from './stream-correction';
import { readTree, writeTree } from './tree';

/** All that is wrong with a document, and the document without it. */
export interface Correction {
  /** Those for which Twilio stops reading first; then what it would have come to behind them. */
  readonly findings: readonly TwimlFinding[];
  /** Undefined where there is nothing to correct, or nothing that a program could. */
  readonly corrected: string | undefined;
  /** What is wrong still with the corrected document, by its lines. */
  readonly remaining: readonly TwimlFinding[];
}

/**
 * Checks a document to its end: where Twilio would stop reading, the text is mended and read on. What
 * can be corrected is. Never throws.
 */
export function correctTwiml({ body, contentType }: TwimlAnswer): Correction {
  const first = checkTwiml(contentType === undefined ? { body } : { body, contentType });
  const findings = [...first.findings];
  let { root } = first;
  let text = body;
  for (const mend of MENDINGS) {
    if (root !== undefined) break;
    const mended = mend(text);
    if (mended === text) continue;
    text = mended;
    const next = checkTwiml({ body: text });
    ({ root } = next);
    findings.push(...next.findings.filter((one) => !findings.some(isSame(one))));
  }
  if (root === undefined) return { findings, corrected: undefined, remaining: findings };
  findings.push(...checkDirection(root));
  const tree = readTree(text);
  const plain = writeTree(tree);
  const corrected = writeTree(correctStreams(correctNames(tree)));
  if (corrected === plain && text === body) {
    return { findings, corrected: undefined, remaining: findings };
  }
  return { findings, corrected, remaining: checkTwiml({ body: corrected }).findings };
}

function isSame({ id, line, message }: TwimlFinding): (other: TwimlFinding) => boolean {
  return (other) =>
    other.id === id && (other.line === line || other.code === 12100 || other.message === message);
}
