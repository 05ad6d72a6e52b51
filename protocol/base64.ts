const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

/** True for base64 with its padding (RFC 4648 section 4): safe to put into JSON as it is. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && ALPHABET.test(text);
}

/** The byte of `=`, with which base64 is filled up. */
export const BASE64_PADDING = 0x3d;

const IS_BASE64_BYTE = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** True where these four bytes are of the alphabet. */
export function isBase64Group(bytes: Uint8Array, at: number): boolean {
  const first = (IS_BASE64_BYTE[bytes[at] ?? 0] ?? 0) & (IS_BASE64_BYTE[bytes[at + 1] ?? 0] ?? 0);
  const last =
    (IS_BASE64_BYTE[bytes[at + 2] ?? 0] ?? 0) & (IS_BASE64_BYTE[bytes[at + 3] ?? 0] ?? 0);
  return (first & last) === 1;
}

/** True where these four bytes are two or three of the alphabet, and padding. */
export function isPaddedGroup(bytes: Uint8Array, at: number): boolean {
  const isByte = (place: number) => IS_BASE64_BYTE[bytes[place] ?? 0] === 1;
  if (!isByte(at) || !isByte(at + 1) || bytes[at + 3] !== BASE64_PADDING) return false;
  return isByte(at + 2) || bytes[at + 2] === BASE64_PADDING;
}

/** How many bytes a base64 text holds. */
export function countBase64Bytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}

/** Base64 text where it stands: as bytes within a message, so that it can be passed on without a string. */
export interface Base64Slice {
  readonly bytes: Uint8Array;
  /** Where it begins. */
  readonly from: number;
  /** The byte behind it. */
  readonly to: number;
}

/** A text of base64 as a slice. */
export function sliceOf(base64: string): Base64Slice {
  return { bytes: Buffer.from(base64, 'latin1'), from: 0, to: base64.length };
}

/** How many bytes a slice holds. */
export function countSliceBytes({ bytes, from, to }: Base64Slice): number {
  const padding = bytes[to - 1] !== BASE64_PADDING ? 0 : bytes[to - 2] === BASE64_PADDING ? 2 : 1;
  return ((to - from) * 3) / 4 - padding;
}

/** The bytes that a slice holds. */
export function decodeSlice({ bytes, from, to }: Base64Slice): Buffer {
  const { buffer, byteOffset } = bytes;
  return Buffer.from(
    Buffer.from(buffer, byteOffset + from, to - from).toString('latin1'),
    'base64',
  );
}
