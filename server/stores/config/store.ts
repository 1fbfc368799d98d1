// The config database as the rest of the program sees it. Reads see the last commit; writes settle once they are on the
// disk.

import { DEFAULT_PIPELINE, defaultFlow } from "../../records/config/default-pipeline.js";
import { type Flow, type FlowInput, flowSchema, readFlow } from "../../records/config/flow.js";
import { parseInput } from "../../records/config/parse.js";
import { ConfigWarnings, configWarning } from "../../records/config/warnings.js";
import {
  readWebhook,
  type Webhook,
  type WebhookInput,
  webhookSchema,
} from "../../records/config/webhook.js";
import { under } from "../../records/keys.js";
import { alertKey, decodeValue, pipelineKey, transformerKey } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { DecodedItems } from "./decoded-items.js";
import { ItemStore } from "./items.js";

export interface ConfigStore {
  /** Scripts, as text. */
  readonly transformers: ItemStore<string, string>;
  readonly pipelines: ItemStore<FlowInput, Flow>;
  readonly alerts: ItemStore<WebhookInput, Webhook>;
  /** Sentences about items of these kinds that do not work on this server, at most 21. Reads them all. */
  warnings(...kinds: ("pipeline" | "alert")[]): Promise<string[]>;
  /** Adds pipeline `default` if there is no pipeline at all. Whether it did. */
  bootstrap(): Promise<boolean>;
}

export function openConfigStore(database: Database): ConfigStore {
  const flows = new DecodedItems((value) => readFlow(decodeValue(value)));
  return {
    transformers: new ItemStore(database, {
      kind: "transformer",
      key: transformerKey,
      encode: (script: string) => Buffer.from(script),
      decode: (value) => value.toString(),
    }),
    pipelines: new ItemStore(database, {
      kind: "pipeline",
      key: pipelineKey,
      encode: (flow: FlowInput) => json(parseInput("flow", flowSchema, flow)),
      // each log that comes in asks for one
      decode: (value, name) => flows.of(name, value),
    }),
    alerts: new ItemStore(database, {
      kind: "alert",
      key: alertKey,
      encode: (webhook: WebhookInput) => json(parseInput("webhook", webhookSchema, webhook)),
      decode: (value) => readWebhook(decodeValue(value)),
    }),
    warnings: (...kinds) =>
      database.read(({ records }) => {
        const warnings = new ConfigWarnings();
        for (const kind of kinds)
          for (const record of records.range(under(kind))) warnings.add(configWarning(record));
        return warnings.list();
      }),
    bootstrap: () =>
      database.change((changes) => {
        if (changes.records.count({ ...under("pipeline"), limit: 1 }) > 0) return false;
        changes.put(pipelineKey(DEFAULT_PIPELINE), json(defaultFlow()));
        return true;
      }),
  };
}

const json = (value: Flow | Webhook): Buffer => Buffer.from(JSON.stringify(value));
