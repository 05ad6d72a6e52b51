/** Calling codes of one and of two digits; all others have three. Source: ITU-T E.164, Annex. */
const SHORT = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** The calling code of a number in E.164, as in 44. */
export function callingCodeOf(phoneNumber: string): string {
  const digits = phoneNumber.replace(/^\+/, '');
  return SHORT.exec(digits)?.[1] ?? digits.slice(0, 3);
}
