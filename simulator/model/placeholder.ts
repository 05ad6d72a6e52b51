const PLACEHOLDER = /\{\{(\w+)\}\}/g;
const ALONE = /^\{\{(\w+)\}\}$/;

/**
 * Puts in place of each `{{name}}` what stands after `name:` on a line of the instructions, as in
 * `- date: 2027-01-31`; nothing where no line has it.
 */
export function fillText(text: string, instructions: string): string {
  return text.replace(PLACEHOLDER, (_whole, name: string) => lookUp(name, instructions));
}

/** The same in the arguments of a call: a number becomes one, and what is not there null. */
export function fillArguments(
  values: Readonly<Record<string, unknown>>,
  instructions: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? fillValue(value, instructions) : value,
    ]),
  );
}

function fillValue(value: string, instructions: string): string | number | null {
  const name = ALONE.exec(value)?.[1];
  if (name === undefined) return fillText(value, instructions);
  const found = lookUp(name, instructions);
  if (found === '') return null;
  return /^-?\d{1,15}$/.test(found) ? Number(found) : found;
}

function lookUp(name: string, instructions: string): string {
  const line = new RegExp(`^[ \\t]*(?:[-*][ \\t]*)?${name}:[ \\t]*(.*)$`, 'm').exec(instructions);
  return line?.[1]?.trim() ?? '';
}
