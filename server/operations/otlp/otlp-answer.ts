// Answers for OTLP clients: ExportLogsServiceResponse, and google.rpc.Status for errors. Both have two fields, and use the
// encoding in which the logs came.

import { bytesField, numberField, textField } from "../protobuf-writer.js";
import type { OtlpForm } from "./otlp-batch.js";

export interface PartialSuccess {
  rejectedLogRecords: number;
  errorMessage: string;
}

export const OTLP_TYPES: Record<OtlpForm, string> = {
  "otlp-json": "application/json",
  "otlp-protobuf": "application/x-protobuf",
};

/**
 * Makes the answer to an export.
 * @param partial what was refused, if some logs were
 */
export function otlpAnswer(form: OtlpForm, partial: PartialSuccess | undefined): Buffer {
  if (form === "otlp-json")
    return Buffer.from(JSON.stringify(partial === undefined ? {} : { partialSuccess: partial }));
  if (partial === undefined) return Buffer.alloc(0);
  return bytesField(1, numberAndText(partial.rejectedLogRecords, partial.errorMessage));
}

/**
 * Makes the answer with an error.
 * @param code a status code of gRPC
 */
export function otlpStatus(form: OtlpForm, code: number, message: string): Buffer {
  if (form === "otlp-json") return Buffer.from(JSON.stringify({ code, message }));
  return numberAndText(code, message);
}

const numberAndText = (number: number, text: string): Buffer =>
  Buffer.concat([numberField(1, number), textField(2, text)]);
