// Takes `multipart/form-data` with exactly one file part and gives its bytes as a stream, at the reader's pace. The
// stream ends only after the closing boundary: half a request is an error, never a short file.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import formidable, { type Part } from "formidable";
import type { Upload } from "../api/raw-bodies.js";
import { FlowgError } from "../platform/errors.js";
import { allowLongBody } from "./body-time.js";
import { acceptBody } from "./error-answer.js";
import { LeastRate } from "./least-rate.js";
import {
  demandFormHead,
  fileTooLarge,
  formError,
  longWinded,
  missingPart,
  partProblem,
} from "./upload-refusal.js";

/** Bytes that may come before and after the file: a few part headers, and the chunks that they share with the file. */
const OUTSIDE_BYTES = 256 * 1024;
/** A longer header of a part isn't searched for a file's name. */
const NAMING_BYTES = 8 * 1024;
const BUFFERED_BYTES = 1024 * 1024;

export interface ReceiveOptions {
  /** The name of the file part. */
  field: string;
  /** Bytes of the file; no limit if absent. */
  maxBytes?: number | undefined;
  /** A client that sends nothing for this many milliseconds is given up. */
  stallMs: number;
  /** Bytes a second that it must send over such a time. */
  minRate: number;
  onBytes?: (bytes: number) => void;
}

/**
 * Waits for the file part to begin.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED; the stream throws later ones
 */
export function receiveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  options: ReceiveOptions,
): Promise<Upload> {
  const { maxBytes } = options;
  const length = request.headers["content-length"];
  const requestBytes = length === undefined ? undefined : Number(length);
  demandFormHead(request.headers, options.field);
  const isTooLarge =
    requestBytes !== undefined && maxBytes !== undefined && requestBytes > maxBytes + OUTSIDE_BYTES;
  if (isTooLarge) throw fileTooLarge(maxBytes);
  acceptBody(request, response);
  allowLongBody(request);
  return new Promise((resolve, reject) => {
    receive(request, {
      ...options,
      onFile: (stream) => resolve({ stream, requestBytes }),
      onFailure: reject,
    });
  });
}

const tooSlow = (minRate: number, stallMs: number) =>
  new FlowgError(
    "CANCELLED",
    `fewer than ${minRate} bytes a second came over ${stallMs / 1000} seconds`,
  );

interface Failing {
  /** Gives the upload up. The first error counts. */
  fail(error: Error): void;
}

interface Receiving extends ReceiveOptions {
  /** Called once at most. */
  onFile(file: FilePart): void;
  /** Called once at most. A file that has begun is destroyed. */
  onFailure(error: Error): void;
}

function receive(request: IncomingMessage, options: Receiving): void {
  const { field, stallMs, minRate } = options;
  let file: FilePart | undefined;
  let failure: Error | undefined;
  const fail = (error: Error) => {
    if (failure) return;
    failure = error;
    rate.end();
    request.setTimeout(0);
    file?.destroy(error);
    options.onFailure(error);
  };

  const rate = new LeastRate({
    bytesPerSecond: minRate,
    windowMs: stallMs,
    isWaiting: () => !request.isPaused(),
    onSlow: () => fail(tooSlow(minRate, stallMs)),
  });
  const form = formidable({ maxFields: 0, maxFileSize: Number.MAX_SAFE_INTEGER });
  let seen = 0;
  form.on("progress", (bytes) => {
    rate.moved(bytes - seen);
    seen = bytes;
  });
  boundFileNames(form);
  boundOutside(form, { isInFile: () => file?.isOpen ?? false, onTooMuch: fail });
  // synchronous and without a throw, which formidable would leave unhandled
  form.onPart = (part: Part) => {
    if (failure) return;
    const problem = partProblem(part, field, file !== undefined);
    if (problem) {
      fail(problem);
      return;
    }
    file = new FilePart(request, stallMs);
    fill(file, part, { ...options, fail });
    options.onFile(file);
  };
  request.setTimeout(stallMs, () => {
    if (!request.isPaused())
      fail(new FlowgError("CANCELLED", `no data came for ${stallMs / 1000} seconds`));
  });
  form.parse(request).then(
    () => {
      rate.end();
      request.setTimeout(0);
      if (file === undefined) fail(missingPart(field));
      else if (file.received === 0)
        fail(new FlowgError("INPUT_INVALID", `the file "${field}" is empty`));
      else file.push(null);
    },
    (error: unknown) => fail(formError(error)),
  );
}

function fill(
  file: FilePart,
  part: Part,
  { maxBytes, onBytes, fail }: Pick<Receiving, "maxBytes" | "onBytes"> & Failing,
): void {
  part.on("end", () => {
    file.isOpen = false;
  });
  part.on("data", (chunk: Buffer) => {
    if (file.destroyed || chunk.length === 0) return;
    onBytes?.(chunk.length);
    if (maxBytes !== undefined && file.received + chunk.length > maxBytes)
      fail(fileTooLarge(maxBytes));
    else file.add(chunk);
  });
}

/** The bytes of the file. Its request stands still while they aren't read. */
class FilePart extends Readable {
  /** Bytes received so far. */
  received = 0;
  /** Whether more may come. */
  isOpen = true;

  constructor(
    private readonly request: IncomingMessage,
    private readonly stallMs: number,
  ) {
    super({ highWaterMark: BUFFERED_BYTES });
    // the reader handles errors; until there is one, they must not end the process
    this.on("error", () => {});
  }

  add(chunk: Buffer): void {
    this.received += chunk.length;
    if (!this.push(chunk)) this.request.pause();
  }

  override _read(): void {
    // the timer may have run out while nothing was wanted, and only new data would set it again
    if (!this.request.complete) this.request.setTimeout(this.stallMs);
    this.request.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // the rest is dropped, so that an answer can reach the client
    this.request.resume();
    done(error);
  }
}

type Form = ReturnType<typeof formidable>;

/** Bounds the bytes outside of the file, since formidable gathers part headers of any length in memory. */
function boundOutside(
  form: Form,
  { isInFile, onTooMuch }: { isInFile: () => boolean; onTooMuch: (error: FlowgError) => void },
): void {
  let seen = 0;
  let outside = 0;
  form.on("progress", (bytes) => {
    if (!isInFile()) outside += bytes - seen;
    seen = bytes;
    if (outside > OUTSIDE_BYTES) onTooMuch(longWinded());
  });
}

/**
 * Bounds the headers that are searched for a file's name: in formidable 3.5 the time grows with the square of the length, so a
 * long one would block the server.
 */
function boundFileNames(form: Form): void {
  const naming = form as unknown as { _getFileName(header: string): string | null };
  const find = naming._getFileName.bind(form);
  naming._getFileName = (header) => (header.length > NAMING_BYTES ? null : find(header));
}
