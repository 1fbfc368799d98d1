// Takes `multipart/form-data` with exactly one file part and gives its bytes as a stream, at the reader's pace. The
// stream ends only after the closing boundary: half a request is an error, never a short file.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import formidable, { type Part } from "formidable";
import type { Upload } from "../api/transfer.js";
import { FlowgError } from "../errors.js";
import { acceptBody } from "./error-answer.js";

export interface ReceiveOptions {
  /** The name of the file part. */
  field: string;
  /** Bytes of the file; no limit if absent. */
  maxBytes?: number | undefined;
  /** A client that sends nothing for so long is given up. */
  stallMs: number;
  onBytes?: (bytes: number) => void;
}

/**
 * Waits for the file part to begin.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED; later ones come out of the stream
 */
export function receiveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  options: ReceiveOptions,
): Promise<Upload> {
  const { field, maxBytes, stallMs } = options;
  const length = request.headers["content-length"];
  const requestBytes = length === undefined ? undefined : Number(length);
  checkHead(request, field);
  if (
    requestBytes !== undefined &&
    maxBytes !== undefined &&
    requestBytes > maxBytes + OUTSIDE_BYTES
  )
    throw tooLarge(maxBytes);
  acceptBody(request, response);

  return new Promise((resolve, reject) => {
    let received = 0;
    let failed: Error | undefined;
    let part: Readable | undefined;
    let wanted = true;

    const fail = (error: Error) => {
      if (failed) return;
      failed = error;
      request.setTimeout(0);
      if (part) part.destroy(error);
      reject(error);
    };
    const flow = () => {
      if (wanted) request.resume();
      else request.pause();
    };
    const form = formidable({ maxFields: 0, maxFileSize: Number.MAX_SAFE_INTEGER });
    boundFileNames(form);
    // it gathers a part's head in memory, however long that is
    let seen = 0;
    let outside = 0;
    let isInFile = false;
    form.on("progress", (bytes) => {
      if (!isInFile) outside += bytes - seen;
      seen = bytes;
      if (outside > OUTSIDE_BYTES) fail(longWinded());
    });
    // synchronous, and never throwing: formidable leaves what it throws unhandled
    form.onPart = (incoming: Part) => {
      const problem = partProblem(incoming, field, part !== undefined);
      if (problem) {
        fail(problem);
        return;
      }
      const stream = new Readable({
        highWaterMark: 1024 * 1024,
        read: () => {
          wanted = true;
          flow();
        },
        destroy: (error, done) => {
          // nobody reads on: what still comes is dropped, so that an answer can reach the client
          wanted = true;
          failed ??= error ?? new FlowgError("CANCELLED", "the upload was not read to its end");
          flow();
          done(error);
        },
      });
      // whoever reads it hears of errors; until then, or if nobody does, they must not end the process
      stream.on("error", () => {});
      part = stream;
      isInFile = true;
      incoming.on("end", () => {
        isInFile = false;
      });
      incoming.on("data", (chunk: Buffer) => {
        if (failed || chunk.length === 0) return;
        received += chunk.length;
        options.onBytes?.(chunk.length);
        if (maxBytes !== undefined && received > maxBytes) {
          fail(tooLarge(maxBytes));
          return;
        }
        if (!stream.push(chunk)) {
          wanted = false;
          flow();
        }
      });
      resolve({ stream, requestBytes });
    };
    request.setTimeout(stallMs, () => {
      if (!request.isPaused())
        fail(new FlowgError("CANCELLED", `no data came for ${stallMs / 1000} seconds`));
    });
    form.parse(request).then(
      () => {
        request.setTimeout(0);
        if (part === undefined) fail(missingPart(field));
        else if (received === 0)
          fail(new FlowgError("INPUT_INVALID", `the file "${field}" is empty`));
        else part.push(null);
      },
      (error: unknown) => fail(formError(error)),
    );
  });
}

/** What may come before and after the file: part headers, of which nobody needs many, and the chunks they share with it. */
const OUTSIDE_BYTES = 256 * 1024;

/** Longest header of a part that a file's name is looked for in. */
const NAMING_BYTES = 8 * 1024;

/** formidable 3.5 looks for a file's name in time that grows with the square of the header: a long one would stall all. */
function boundFileNames(form: ReturnType<typeof formidable>): void {
  const naming = form as unknown as { _getFileName(header: string): string | null };
  const find = naming._getFileName.bind(form);
  naming._getFileName = (header) => (header.length > NAMING_BYTES ? null : find(header));
}

function checkHead(request: IncomingMessage, field: string): void {
  const type = request.headers["content-type"] ?? "";
  const hint = `send the file as \`multipart/form-data\`: curl --form ${field}=@FILE`;
  if (!/^multipart\/form-data\s*(;|$)/i.test(type)) {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not multipart/form-data", { hint });
  }
  if (!/;\s*boundary=/i.test(type))
    throw new FlowgError("INPUT_INVALID", "the Content-Type names no boundary", { hint });
  const coding = request.headers["content-encoding"] ?? "identity";
  if (!/^identity$/i.test(coding)) {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is compressed", {
      hint: "send it without Content-Encoding: a snapshot is compressed in itself",
    });
  }
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && Number(length ?? 0) === 0)
    throw new FlowgError("INPUT_INVALID", "there is no body", { hint });
}

function partProblem(part: Part, field: string, another: boolean): FlowgError | undefined {
  const hint = `send exactly one file: curl --form ${field}=@FILE`;
  // a filename makes a file of a part (RFC 7578 section 4.2)
  const isFile = part.originalFilename !== null;
  if (part.name === field && !isFile) {
    return new FlowgError("INPUT_INVALID", `the part "${field}" is text, not a file`, {
      hint: `write an @ before the file's name: curl --form ${field}=@${field === "backup" ? "auth.db" : "FILE"}`,
    });
  }
  if (part.name !== field) {
    const shown = JSON.stringify((part.name ?? "").slice(0, 64));
    return new FlowgError("INPUT_INVALID", `there is a part ${shown}, which nobody asked for`, {
      hint,
    });
  }
  return another
    ? new FlowgError("INPUT_INVALID", `there is more than one part "${field}"`, { hint })
    : undefined;
}

function missingPart(field: string): FlowgError {
  return new FlowgError("INPUT_INVALID", `there is no part "${field}"`, {
    hint: `send the file: curl --form ${field}=@FILE`,
  });
}

function longWinded(): FlowgError {
  return new FlowgError("INPUT_INVALID", "there is too much around the file", {
    hint: "send the file and nothing else",
  });
}

function tooLarge(maxBytes: number): FlowgError {
  return new FlowgError("INPUT_TOO_LARGE", `the file is larger than ${maxBytes} bytes`, {
    hint: "start the server with a higher --max-upload",
    details: { maxBytes },
  });
}

const ABORTED = 1002;

function formError(error: unknown): FlowgError {
  if (error instanceof FlowgError) return error;
  if ((error as { code?: unknown }).code === ABORTED)
    return new FlowgError("CANCELLED", "the client went away", { cause: error });
  return new FlowgError("INPUT_INVALID", "the multipart body is malformed or cut short", {
    cause: error,
  });
}
