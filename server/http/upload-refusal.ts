// The errors for uploads that are refused.

import type { IncomingHttpHeaders } from "node:http";
import type { Part } from "formidable";
import { FlowgError } from "../platform/errors.js";

/** Checks the headers before the body comes. @throws INPUT_INVALID, MEDIA_TYPE_UNSUPPORTED */
export function demandFormHead(headers: IncomingHttpHeaders, field: string): void {
  const type = headers["content-type"] ?? "";
  const hint = `send the file as \`multipart/form-data\`: curl --form ${field}=@FILE`;
  if (!/^multipart\/form-data\s*(;|$)/i.test(type)) {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is not multipart/form-data", { hint });
  }
  if (!/;\s*boundary=/i.test(type))
    throw new FlowgError("INPUT_INVALID", "the Content-Type names no boundary", { hint });
  const coding = headers["content-encoding"] ?? "identity";
  if (!/^identity$/i.test(coding)) {
    throw new FlowgError("MEDIA_TYPE_UNSUPPORTED", "the body is compressed", {
      hint: "send it without Content-Encoding: a snapshot is compressed in itself",
    });
  }
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  if (encoding === undefined && Number(length ?? 0) === 0)
    throw new FlowgError("INPUT_INVALID", "there is no body", { hint });
}

/**
 * A filename makes a file of a part (RFC 7578 section 4.2). Older clients give one that isn't ASCII in the form of
 * RFC 5987 alone, which formidable doesn't look for.
 */
const hasExtendedName = ({ headers }: Part & { headers?: IncomingHttpHeaders }): boolean =>
  /;\s*filename\*=/i.test(headers?.["content-disposition"] ?? "");

export function partProblem(part: Part, field: string, another: boolean): FlowgError | undefined {
  const hint = `send exactly one file: curl --form ${field}=@FILE`;
  const isFile = part.originalFilename !== null || hasExtendedName(part);
  if (part.name === field && !isFile) {
    return new FlowgError("INPUT_INVALID", `the part "${field}" is text, not a file`, {
      hint:
        `write an @ before the file's name: curl --form ${field}=@${field === "backup" ? "auth.db" : "FILE"}; ` +
        "a program gives the part a filename",
    });
  }
  if (part.name !== field) {
    const shown = JSON.stringify((part.name ?? "").slice(0, 64));
    return new FlowgError("INPUT_INVALID", `there is a part ${shown} that doesn't belong there`, {
      hint,
    });
  }
  return another
    ? new FlowgError("INPUT_INVALID", `there is more than one part "${field}"`, { hint })
    : undefined;
}

export function missingPart(field: string): FlowgError {
  return new FlowgError("INPUT_INVALID", `there is no part "${field}"`, {
    hint: `send the file: curl --form ${field}=@FILE`,
  });
}

export function longWinded(): FlowgError {
  return new FlowgError("INPUT_INVALID", "there is too much around the file", {
    hint: "send the file and nothing else",
  });
}

export function fileTooLarge(maxBytes: number): FlowgError {
  return new FlowgError("INPUT_TOO_LARGE", `the file is larger than ${maxBytes} bytes`, {
    hint: "start the server with a higher --max-upload",
    details: { maxBytes },
  });
}

const ABORTED = 1002;

export function formError(error: unknown): FlowgError {
  if (error instanceof FlowgError) return error;
  if ((error as { code?: unknown }).code === ABORTED)
    return new FlowgError("CANCELLED", "the client went away", { cause: error });
  return new FlowgError("INPUT_INVALID", "the multipart body is malformed or cut short", {
    cause: error,
  });
}
