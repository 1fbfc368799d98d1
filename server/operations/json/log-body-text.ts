// Parses a body of logs in any of its forms.

import { type OtlpForm, parseOtlp } from "../otlp/otlp-batch.js";
import { OTLP_JSON_DEPTH } from "../otlp/otlp-json.js";
import { type BatchForm, type BatchText, parseBatch } from "./batch-text.js";
import { extent } from "./json-text.js";

export type LogBodyForm = BatchForm | OtlpForm;

/** The most values of OTLP in JSON. It is more than JSON_VALUES, since OTLP writes one attribute as several values. */
const OTLP_JSON_VALUES = 2_000_000;

export function parseLogBody(bytes: Uint8Array, form: LogBodyForm): BatchText {
  if (form === "ndjson" || form === "array") return parseBatch(bytes, form);
  if (form === "otlp-json") {
    const { values, depth } = extent(bytes, OTLP_JSON_VALUES);
    const problem = "too-many-values";
    if (values > OTLP_JSON_VALUES)
      return { problem, message: `the body holds more than ${OTLP_JSON_VALUES} values` };
    if (depth > OTLP_JSON_DEPTH) return { problem, message: "the body nests values too deep" };
  }
  return parseOtlp(bytes, form);
}
