// The config store: transformers, pipelines and alerts for the rest of the program. Reads see the last commit. Writes resolve
// once they are on the disk.

import { FlowgError } from "../../platform/errors.js";
import { DEFAULT_PIPELINE, defaultFlow } from "../../records/config/default-pipeline.js";
import { type Flow, type FlowInput, readFlow } from "../../records/config/flow.js";
import { demandWhole } from "../../records/config/flow-faults.js";
import type { Reference } from "../../records/config/flow-nodes.js";
import { flowSchema } from "../../records/config/flow-schema.js";
import {
  type Forwarder,
  type ForwarderInput,
  readForwarder,
  storedForwarder,
} from "../../records/config/forwarder.js";
import { parseInput } from "../../records/config/parse.js";
import { type Plan, planOf, sourceOf } from "../../records/config/plan.js";
import { type Recipient, readRecipient } from "../../records/config/recipient.js";
import type { ScriptProblems } from "../../records/config/script-problems.js";
import { readWebhook, type Webhook, type WebhookInput } from "../../records/config/webhook.js";
import { webhookSchema } from "../../records/config/webhook-schema.js";
import { under } from "../../records/keys.js";
import { alertKey, decodeValue, pipelineKey, transformerKey } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { DecodedItems, decodedItem } from "./decoded-items.js";
import { type ItemKind, ItemStore } from "./items.js";
import { itemsIn, Plans } from "./plans.js";
import { type Here, warningOfOne, warningsOfKinds, warningsOfPipelinesWith } from "./warnings.js";

export interface ConfigStore {
  /** Scripts, as text. */
  readonly transformers: ItemStore<string, string>;
  readonly pipelines: ItemStore<FlowInput, Flow>;
  readonly alerts: ItemStore<WebhookInput, Webhook>;
  /** The alerts in the form of later FlowG versions. */
  readonly forwarders: ItemStore<ForwarderInput, Forwarder>;
  /** An alert, by either of its names, as logs are sent to it. @throws NOT_FOUND, DATABASE_DAMAGED */
  recipient(called: "alert" | "forwarder", name: string): Promise<Recipient>;
  /**
   * Sentences about items of these kinds that do not work on this server, at most 22. Reads them all.
   */
  warnings(kinds: readonly ItemKind[], here?: Here): Promise<string[]>;
  /**
   * The same about pipelines that name an item: after it was changed or deleted.
   * @param problems absent: scripts count as running
   */
  warningsOfPipelinesWith(
    item: Pick<Reference, "kind" | "name">,
    problems?: ScriptProblems,
  ): Promise<string[]>;
  /** A sentence about one item that doesn't work on this server. */
  warningOf(kind: ItemKind, name: string, here?: Here): Promise<string | undefined>;
  /** The plan of a pipeline. @throws NOT_FOUND */
  plan(pipeline: string): Promise<Plan>;
  /** The plans for a message that comes by syslog, of all pipelines that have a source for it. */
  syslogPlans(): Promise<readonly Plan[]>;
  /**
   * The plan of a flow that isn't stored, which may enter stored pipelines, and the flow's direct source.
   * @throws INPUT_INVALID
   */
  planOfTried(
    pipeline: string,
    flow: FlowInput,
  ): Promise<{ plan: Plan; source: string | undefined }>;
  /** Adds pipeline `default` if there are no pipelines. Returns whether it did. */
  bootstrap(): Promise<boolean>;
}

export function openConfigStore(database: Database): ConfigStore {
  const flows = new DecodedItems((value) => readFlow(decodeValue(value)));
  const flowOf = (name: string, value: Buffer) =>
    decodedItem(pipelineKey(name), () => flows.of(name, value));
  const plans = new Plans(database, flowOf);
  const looking = { database, flowOf };
  const pipelines = new ItemStore(database, {
    kind: "pipeline",
    key: pipelineKey,
    encode: (flow: FlowInput) => json(parseInput("flow", flowSchema, flow)),
    decode: (value, name) => flowOf(name, value),
    demandFit: (pipeline, value, records) => {
      const flow = readFlow(decodeValue(value));
      const others = itemsIn(records, flowOf);
      demandWhole(pipeline, flow, {
        ...others,
        flow: (name) => (name === pipeline ? flow : others.flow(name)),
        has: (kind, name) =>
          (kind === "pipeline" && name === pipeline) || records.has(KEYS[kind](name)),
      });
    },
  });
  const alerts = new ItemStore(database, {
    kind: "alert",
    key: alertKey,
    encode: (webhook: WebhookInput) => json(storedAlert(webhook)),
    decode: (value) => readWebhook(decodeValue(value)),
  });
  const forwarders = new ItemStore(database, {
    kind: "alert",
    called: "forwarder",
    key: alertKey,
    encode: (forwarder: ForwarderInput) => json(storedForwarder(forwarder)),
    decode: (value) => readForwarder(decodeValue(value)),
  });
  return {
    transformers: new ItemStore(database, {
      kind: "transformer",
      key: transformerKey,
      encode: (script: string) => Buffer.from(script),
      decode: (value) => value.toString(),
    }),
    pipelines,
    alerts,
    recipient: async (called, name) => {
      const stored = await (called === "alert" ? alerts : forwarders).stored(name);
      return decodedItem(alertKey(name), () => readRecipient(decodeValue(stored)));
    },
    forwarders,
    warnings: (kinds, here) => warningsOfKinds(kinds, looking, here),
    warningsOfPipelinesWith: (item, problems) => warningsOfPipelinesWith(item, looking, problems),
    warningOf: (kind, name, here) => warningOfOne(KEYS[kind](name), looking, here),
    plan: async (pipeline) =>
      (await plans.of(pipeline)) ?? Promise.reject(pipelines.missing(pipeline)),
    syslogPlans: () => plans.ofSyslog(),
    planOfTried: async (pipeline, given) => {
      const flow = parseInput("flow", flowSchema, given);
      const plan = await database.read(({ records }) => {
        const others = itemsIn(records, flowOf);
        const items = {
          ...others,
          flow: (name: string) => (name === pipeline ? flow : others.flow(name)),
        };
        return planOf({ pipeline, flow, items });
      });
      return { plan, source: sourceOf(flow, "direct")?.id };
    },
    bootstrap: () =>
      database.change((changes) => {
        if (changes.records.count({ ...under("pipeline"), limit: 1 }) > 0) return false;
        changes.put(pipelineKey(DEFAULT_PIPELINE), json(defaultFlow()));
        return true;
      }),
  };
}

/** An alert as it is stored; what was shown of a forwarder to a service can come back. */
function storedAlert(webhook: WebhookInput): object {
  const { version, url, headers, config } = webhook;
  if (!config) return parseInput("webhook", webhookSchema, webhook);
  const path = url !== "" ? "url" : Object.keys(headers ?? {}).length > 0 ? "headers" : undefined;
  if (path !== undefined) {
    const message = "has no effect beside config";
    throw new FlowgError("INPUT_INVALID", `the webhook is wrong: ${path} ${message}`, {
      hint: "leave it empty: config says where the logs go",
      details: { issues: [{ path, message }] },
    });
  }
  return storedForwarder({ version, config });
}

const KEYS = { transformer: transformerKey, pipeline: pipelineKey, alert: alertKey };

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
