// `flowg alert`

import type { Webhook, WebhookInput } from "../../sdk/index.js";
import { callWith } from "./call-with.js";
import { itemGroup, jsonObject } from "./items.js";

const items = itemGroup<Webhook | WebhookInput>({
  noun: "alert",
  description: "List, show, save, try and delete the alerts of a server",
  contents: "the webhook, as JSON",
  file: "webhook.json",
  example: "on-call",
  of: ({ alerts }) => alerts,
  toText: (webhook) => JSON.stringify(webhook, null, 2),
  fromText: jsonObject,
});

const test = callWith({ noun: "alert", example: "on-call", of: ({ alerts }) => alerts });

export const alert = { ...items, commands: { ...items.commands, test: async () => test } };
