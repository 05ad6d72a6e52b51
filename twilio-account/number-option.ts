import { CommandError } from './failure';

/**
 * Reads an option that is a whole number.
 * @param name without its dashes.
 * @throws CommandError with exit code 2.
 */
export function readNumberOption(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new CommandError(
    `--${name} must be a whole number from ${least} to ${most}, not “${given}”`,
    2,
  );
}
