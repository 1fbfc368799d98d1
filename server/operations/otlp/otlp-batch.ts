// Parses the bytes of an OpenTelemetry message into a batch of logs. It runs in any thread.

import { BATCH_LOGS } from "../../records/logs/log-batch.js";
import { type PackedBatch, Packing } from "../../records/logs/packed-batch.js";
import { originFields, otlpFields } from "./otlp-fields.js";
import { readOtlpJson } from "./otlp-json.js";
import { readOtlpProtobuf } from "./otlp-protobuf.js";
import { OtlpFault, type OtlpOrigin, type OtlpRecord } from "./otlp-value.js";

/** The most bytes of all fields together. Each log gets the fields of its origin, so a small message can come to many bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

export type OtlpForm = "otlp-json" | "otlp-protobuf";

export interface OtlpProblem {
  problem: "too-many-values" | "not-otlp";
  message: string;
}

export function parseOtlp(bytes: Uint8Array, form: OtlpForm): { batch: PackedBatch } | OtlpProblem {
  const packing = new Packing();
  const known = { origin: undefined as OtlpOrigin | undefined, fields: [] as [string, string][] };
  let index = 0;
  const add = (record: OtlpRecord, origin: OtlpOrigin) => {
    if (index >= BATCH_LOGS)
      throw new OtlpFault("too-many-values", `the body holds more than ${BATCH_LOGS} logs`);
    try {
      if (known.origin !== origin) Object.assign(known, { origin, fields: originFields(origin) });
      packing.add({ index }, otlpFields(record, known.fields));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      packing.refuse({ index }, error.message);
    }
    if (packing.bytes > MOST_BYTES) {
      const message = `the fields of the logs take more than ${MOST_BYTES} bytes`;
      throw new OtlpFault("too-many-values", message);
    }
    index++;
  };
  try {
    if (form === "otlp-json") readOtlpJson(new TextDecoder().decode(bytes), add);
    else readOtlpProtobuf(bytes, add);
  } catch (error) {
    if (!(error instanceof OtlpFault)) throw error;
    const { problem, message } = error;
    return { problem, message };
  }
  return { batch: packing.packed() };
}
