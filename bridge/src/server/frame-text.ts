/** The text of a frame, read as UTF-8, without a copy of its bytes. */
export function readFrameText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}
