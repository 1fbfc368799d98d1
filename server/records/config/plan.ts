// The plan of a log's way through a pipeline, which `plan-flow` makes: the steps that it takes, and the obstacles on its way.

import type { ErrorCode } from "../../platform/errors.js";
import type { Filter } from "../logs/filter.js";
import type { Flow, FlowNode } from "./flow.js";
import type { Webhook } from "./webhook.js";

/** A node that a log comes to. */
export interface Place {
  pipeline: string;
  /** Its id; undefined for the pipeline as a whole. */
  node: string | undefined;
  type: string | undefined;
}

/** An obstacle keeps logs from getting on. */
export interface Obstacle {
  at: Place;
  /** The answer to each log that gets there. */
  code: Extract<ErrorCode, "NOT_FOUND" | "NOT_IMPLEMENTED" | "INPUT_INVALID" | "DATABASE_DAMAGED">;
  /** What is wrong with the pipeline, such as `has no direct source`. */
  what: string;
  hint: string;
  /** Whether a flow with this obstacle can't be saved. The others can be saved while they are being drawn. */
  isFault: boolean;
  /** Whether logs would go round through several pipelines, which is a fault of each of them. */
  isRound?: boolean;
}

/** A log takes one step at each node. */
export type Step = { at: Place } & (
  | { kind: "store"; stream: string }
  | { kind: "call"; alert: string; webhook: Webhook }
  | { kind: "switch"; filter: Filter; next: Step[] }
  | { kind: "transform"; transformer: string; script: string; next: Step[] }
  | { kind: "enter"; pipeline: string; next: Step[] }
  | { kind: "obstacle"; obstacle: Obstacle }
);

export interface Plan {
  pipeline: string;
  steps: Step[];
  /** One obstacle for each node that no log gets past. */
  obstacles: Obstacle[];
  /** How many nodes a log ends at as it should. */
  ends: number;
}

/** The items that nodes refer to. */
export interface Items {
  /** Undefined if there is none. */
  flow(pipeline: string): Flow | undefined;
  script(transformer: string): string | undefined;
  webhook(alert: string): Webhook | undefined;
}

export type SourceType = "direct" | "syslog";

/** The source of a type. As in FlowG, the last of several sources counts. */
export const sourceOf = ({ nodes }: Pick<Flow, "nodes">, type: SourceType): FlowNode | undefined =>
  nodes.findLast((node) => node.type === "source" && (node.data.type ?? "direct") === type);

export const hasSource = (flow: Flow, type: SourceType): boolean =>
  sourceOf(flow, type) !== undefined;
