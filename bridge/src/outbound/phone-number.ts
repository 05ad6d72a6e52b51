import { z } from 'zod';

/**
 * A number in E.164: a plus, the country, 15 digits at most.
 * Source: https://www.twilio.com/docs/glossary/what-e164
 */
export const E164 = /^\+[1-9]\d{6,14}$/;

/** The form of a number in E.164, with what is said where it is none. */
export const e164 = (wrong: string) => z.string().regex(E164, wrong);
