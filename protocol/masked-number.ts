/** A phone number as it may stand in a log: enough to tell two callers apart, too little to call. */
export function maskPhoneNumber(number: string): string {
  if (!/^\+?\d{5,}$/.test(number)) return number === '' ? '' : '***';
  const shown = number.startsWith('+') ? 3 : 2;
  return `${number.slice(0, shown)}${'*'.repeat(number.length - shown - 2)}${number.slice(-2)}`;
}
