import { CodedError } from '../../protocol/errors';

/** Longer texts are cut: what a stranger sends must not fill the log. */
const MAX_TEXT = 300;

type Value = string | number | boolean | undefined;

/**
 * Writes one line of JSON. With `console.log`, also for faults: `console.error` in a Function
 * raises an alarm of its own (82005).
 */
export function log(msg: string, fields: Readonly<Record<string, Value>> = {}): void {
  const cut = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value,
  ]);
  console.log(JSON.stringify({ part: 'functions', msg, ...Object.fromEntries(cut) }));
}

/** Writes a fault with its code and remedy; whatever is not coded is an `internal_error`. */
export function logFault(
  msg: string,
  fault: unknown,
  fields: Readonly<Record<string, Value>> = {},
): void {
  const coded =
    fault instanceof CodedError
      ? fault
      : new CodedError('internal_error', fault instanceof Error ? fault.message : String(fault));
  log(msg, {
    ...fields,
    code: coded.code,
    reason: coded.message,
    remedy: coded.fault.remedy,
  });
}
