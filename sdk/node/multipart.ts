// `multipart/form-data` (RFC 7578) with one file, as a stream, and with its length where the file's is known.

import { randomUUID } from "node:crypto";
import { FileError, InputError } from "../errors.js";
import type { OpenedSource } from "./source.js";
import type { Body } from "./transport.js";

export interface Multipart {
  contentType: string;
  body: Pick<Body, "bytes" | "length">;
}

/** @param onBytes told of the file's bytes as they go out */
export function multipart(
  field: string,
  source: OpenedSource,
  onBytes: (bytes: number) => void,
): Multipart {
  const boundary = `flowg-${randomUUID()}`;
  // quotes and line breaks as browsers write them (WHATWG HTML, "multipart form data")
  const name = source.filename
    .replaceAll('"', "%22")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n` +
      "Content-Type: application/octet-stream\r\n\r\n",
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* exactly(source, onBytes);
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: {
      bytes: bytes(),
      length: source.length === undefined ? undefined : head.length + source.length + tail.length,
    },
  };
}

async function* exactly(source: OpenedSource, onBytes: (bytes: number) => void) {
  let sent = 0;
  for await (const chunk of source.bytes()) {
    if (!(chunk instanceof Uint8Array)) {
      throw new InputError("the source gives something other than bytes", {
        hint: "a stream must be without an encoding",
      });
    }
    sent += chunk.byteLength;
    if (source.length !== undefined && sent > source.length) throw changed();
    yield chunk;
    onBytes(chunk.byteLength);
  }
  if (source.length !== undefined && sent !== source.length) throw changed();
}

function changed(): FileError {
  return new FileError("the file changed while it was sent", { hint: "try again" });
}
