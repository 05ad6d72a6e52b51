import type { Facts } from '../../examination';

/** What `/diagnostics` says under one key; nothing where it is no object. */
export function readSaid(facts: Facts, key: string): Readonly<Record<string, unknown>> {
  const value = facts.functionsDiagnostics?.[key];
  // A JSON object has string keys; what they hold is looked at by each check.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A text of it, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
