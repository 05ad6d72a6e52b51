const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

/** True for base64 with its padding (RFC 4648 section 4): safe to put into JSON as it is. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && ALPHABET.test(text);
}

/** How many bytes a base64 text holds. */
export function countBase64Bytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}
