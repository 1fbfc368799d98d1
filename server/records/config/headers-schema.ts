// The headers of a call, as clients send them and records have them.

import * as z from "zod";
import { headerProblem, isTextMap, tooManyHeaders } from "./http-parts.js";

/** Null and nothing are no headers. */
export const headersSchema = z
  // not z.record: it drops a header named `__proto__`
  .custom<Record<string, string>>(isTextMap, { error: "must be an object with texts" })
  .nullish()
  .transform((headers) => headers ?? {})
  .superRefine((headers, context) => {
    const tooMany = tooManyHeaders(headers);
    if (tooMany !== undefined) {
      context.addIssue({ code: "custom", message: `is a list of ${tooMany}` });
      return;
    }
    for (const [name, value] of Object.entries(headers)) {
      const message = headerProblem(name, value);
      if (message) context.addIssue({ code: "custom", path: [name], message });
    }
  });
