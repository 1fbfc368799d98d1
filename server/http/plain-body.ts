// Reads the bytes of a body within a bound. It is code of our own because most bodies arrive in one piece, for which a library
// that also decompresses and decodes takes longer than the JSON parser.

import type { IncomingMessage } from "node:http";
import { FlowgError } from "../platform/errors.js";

/**
 * Reads the body to its end.
 * @throws INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export function receivePlain(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (!isPlain(request))
    return Promise.reject(
      new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is compressed", { hint: BODY_HINT }),
    );
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let others: Buffer[] | undefined;
    let size = 0;
    const stop = () => {
      request.off("data", take);
      request.off("end", finish);
      request.off("close", leave);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        stop();
        // the answer decides what to do with the rest
        request.pause();
        reject(bodyTooLarge(maxBytes));
      } else if (first === undefined) first = chunk;
      else if (others === undefined) others = [first, chunk];
      else others.push(chunk);
    };
    const finish = () => {
      stop();
      resolve(others ? Buffer.concat(others, size) : (first ?? NOTHING));
    };
    const leave = () => {
      stop();
      reject(new FlowgError("CANCELLED", "the client went away"));
    };
    if (request.destroyed) {
      leave();
      return;
    }
    request.on("data", take);
    request.on("end", finish);
    // it closes before the end if the connection breaks, or if the body took too long
    request.on("close", leave);
  });
}

/** Whether the body comes uncompressed. */
export function isPlain({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const coding = headers["content-encoding"];
  return coding === undefined || coding.toLowerCase() === "identity";
}

export const BODY_HINT = "send JSON in UTF-8, not compressed";
const NOTHING = Buffer.alloc(0);

export function bodyTooLarge(maxBytes: number): FlowgError {
  return new FlowgError("INPUT_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
}
