// The few forms of protobuf that are written here (protobuf.dev/programming-guides/encoding).

/** A field of bytes: a text, or a message. */
export const bytesField = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes]);

export const textField = (field: number, text: string): Buffer =>
  bytesField(field, Buffer.from(text));

export const messageField = (field: number, ...parts: readonly Uint8Array[]): Buffer =>
  bytesField(field, Buffer.concat(parts));

/** A whole number from 0 on; nothing for 0, which readers take for it. */
export const numberField = (field: number, value: number): Buffer =>
  value === 0 ? Buffer.alloc(0) : Buffer.from([...varint(field * 8), ...varint(value)]);

/** A number of eight bytes. */
export function fixed64Field(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([Buffer.from(varint(field * 8 + 1)), bytes]);
}

function varint(value: number): number[] {
  const rest = Math.floor(value / 128);
  return rest === 0 ? [value] : [(value % 128) + 128, ...varint(rest)];
}
