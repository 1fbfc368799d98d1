// Checks a webhook as clients send it.

import * as z from "zod";
import { strings } from "./flow.js";
import { headersSchema } from "./headers-schema.js";
import { isHttpUrl } from "./http-parts.js";

export const webhookSchema = z.object({
  version: z
    .union([z.literal(0), z.literal(1)], { error: "only version 1 is known" })
    .nullish()
    .transform(() => 1),
  url: z.string().refine(isHttpUrl, { error: "is not an http or https URL" }),
  headers: headersSchema.transform(strings),
});
