// `flowg alert`

import type { Webhook, WebhookInput } from "../../sdk/index.js";
import { itemGroup, jsonObject } from "./items.js";

export const alert = itemGroup<Webhook | WebhookInput>({
  noun: "alert",
  description: "List, show, save and delete the alerts of a server",
  contents: "the webhook, as JSON",
  file: "webhook.json",
  example: "on-call",
  of: ({ alerts }) => alerts,
  toText: (webhook) => JSON.stringify(webhook, null, 2),
  fromText: jsonObject,
});
