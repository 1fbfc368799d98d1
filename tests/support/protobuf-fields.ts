// A message of protobuf as its fields: numbers, and bytes of texts and inner messages. It knows no definitions.

export interface ProtobufField {
  field: number;
  number?: bigint;
  bytes?: Buffer;
}

export function protobufFields(message: Buffer): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const field = tag >> 3;
    const type = tag & 7;
    if (type === 0) fields.push({ field, number: varint() });
    else if (type === 1) {
      fields.push({ field, number: message.readBigUInt64LE(at) });
      at += 8;
    } else if (type === 2) {
      const length = Number(varint());
      fields.push({ field, bytes: message.subarray(at, at + length) });
      at += length;
    } else throw new Error(`wire type ${type}`);
  }
  return fields;
}

/** The bytes of a field that is there once, along a path of fields. */
export function protobufBytes(message: Buffer, ...path: number[]): Buffer {
  return path.reduce((inner, field) => {
    const found = protobufFields(inner).filter((one) => one.field === field);
    if (found.length !== 1) throw new Error(`field ${field} is there ${found.length} times`);
    return found[0]?.bytes ?? Buffer.alloc(0);
  }, message);
}

/** Pairs of a repeated field whose messages have a text and, along that path, another. */
export function protobufPairs(message: Buffer, field: number, path: number[]): [string, string][] {
  const all = protobufFields(message).filter((one) => one.field === field);
  return all.map(({ bytes = Buffer.alloc(0) }) => [
    protobufBytes(bytes, 1).toString(),
    protobufBytes(bytes, ...path).toString(),
  ]);
}
