// The things the API deals in, under the names that the resources use.

import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** A name and the scopes it grants. @example `const viewer: Role = { name: "viewer", scopes: ["read_streams"] }` */
export type Role = Schemas["Role"];
/** A scope that a role may grant. @example `const scope: Scope = "read_streams"` */
export type Scope = Schemas["Scope"];
/** An account and its roles. @example `const user: User = { name: "alice", roles: ["viewer"] }` */
export type User = Schemas["User"];
/** What the caller may do. @example `if ((await client.auth.whoami()).permissions.can_send_logs) show("may send")` */
export type Permissions = Schemas["Permissions"];
/** A pipeline's graph. @example `const flow: Flow = await client.pipelines.get("default")` */
export type Flow = Schemas["Flow"];
/** A graph to save. @example `await client.pipelines.save("empty", { nodes: [], edges: [] })` */
export type FlowInput = Schemas["FlowInput"];
/** What came to a node of a graph that was tried, and what left it. @example `const [{ nodeID, input, output, error }]: NodeTrace[] = trace` */
export type NodeTrace = Schemas["NodeTrace"];
/** How records went through a graph. @example `const { trace, error }: FlowTrial = await client.pipelines.test("default", flow, records)` */
export interface FlowTrial {
  /** A step for each node that a record came to. */
  trace: NodeTrace[];
  /** The error of the last record that failed somewhere. */
  error?: string;
}
/** The address that an alert is posted to. @example `const { url } = await client.alerts.get("on-call")` */
export type Webhook = Schemas["Webhook"];
/** A webhook to save. @example `await client.alerts.save("on-call", { url: "https://example.com" })` */
export type WebhookInput = Schemas["WebhookInput"];
/** A service that logs are sent to. @example `const { config } = await client.forwarders.get("to-syslog")` */
export type Forwarder = Schemas["Forwarder"];
/** A forwarder to save. @example `await client.forwarders.save("hook", { config: { type: "http", url: "https://example.com" } })` */
export type ForwarderInput = Schemas["ForwarderInput"];
/** Limits and indexes of a stream. @example `const { ttl } = await client.streams.get("web")` */
export type StreamConfig = Schemas["StreamConfig"];
/** Limits and indexes to set; what is left out is 0 or empty. @example `await client.streams.configure("web", { ttl: 86400 })` */
export type StreamConfigInput = Schemas["StreamConfigInput"];
/** An entry of a stream. @example `const { timestamp, fields }: Log = logs[0]` */
export type Log = Schemas["Log"];

/** The three databases. @example `const kinds: Database[] = ["auth", "config", "logs"]` */
export type Database = "auth" | "config" | "logs";
/** The same, and FlowG's own word for the logs. @example `await client.backup.toFile("log", "log.db")` */
export type DatabaseName = Database | "log";

/** How far a transfer is. @example `client.backup.toFile("logs", "log.db", { onProgress: ({ bytes }) => show(bytes) })` */
export interface TransferProgress {
  /** The database that the bytes belong to. */
  database: Database;
  /** Bytes moved so far. */
  bytes: number;
  /** All bytes, where that is known. */
  totalBytes?: number | undefined;
  /** Records in them, of a backup. */
  records?: number | undefined;
}
