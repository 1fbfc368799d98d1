// Translates flow graphs and webhooks of later versions of FlowG into the forms of 0.24, which this server runs. Parts without
// a counterpart there are kept as they are, with a warning.

import { isObject } from "../../platform/json-object.js";
import { isNodeType } from "../../records/config/flow-nodes.js";
import { storedVersion } from "../../records/config/stored-version.js";
import { oldCondition } from "./condition.js";

type Json = Record<string, unknown>;

export interface Translated {
  /** Undefined where the bytes may stay as they are. */
  value: Json | undefined;
  /** Parts that don't work here, each as the end of a sentence. */
  problems: string[];
}

/** Version 2 calls alerts forwarders, and from minor version 1 on writes conditions in expr-lang. */
export function translateFlow(flow: Json): Translated {
  const problems: string[] = [];
  const { version, "version.minor": minor, ...rest } = flow;
  if (version !== 2) {
    if (storedVersion(version) !== 1)
      problems.push(`has the unknown version ${version}, and is kept as it is`);
    return { value: undefined, problems };
  }
  const hasExpressions = typeof minor === "number" && minor >= 1;
  const nodes = Array.isArray(flow.nodes) ? flow.nodes : [];
  const ours = nodes.map((node) => translateNode(node, hasExpressions, problems));
  return { value: { ...rest, version: 1, nodes: ours }, problems };
}

function translateNode(node: unknown, hasExpressions: boolean, problems: string[]): unknown {
  if (!isObject(node)) return node;
  const data = isObject(node.data) ? node.data : {};
  if (node.type === "forwarder") {
    const { forwarder, ...others } = data;
    return { ...node, type: "alert", data: { ...others, alert: forwarder ?? "" } };
  }
  if (node.type === "switch" && hasExpressions && typeof data.condition === "string") {
    const condition = oldCondition(data.condition);
    if (condition !== undefined) return { ...node, data: { ...data, condition } };
    problems.push(`has a condition to rewrite by hand, in node ${JSON.stringify(node.id ?? "")}`);
  } else if (!isNodeType(node.type)) {
    problems.push(`has a node of the unknown type ${JSON.stringify(node.type ?? "")}`);
  }
  return node;
}

/** Version 2 has forwarders of many types; the one of type `http` without a body is the webhook of version 1. */
export function translateForwarder(forwarder: Json): Translated {
  const { version, config } = forwarder;
  if (version !== 2) {
    const problems =
      storedVersion(version) === 1
        ? []
        : [`has the unknown version ${version}, and is kept as it is`];
    return { value: undefined, problems };
  }
  // a forwarder of another type is kept as it is; each look at the configuration warns of it
  if (!isObject(config) || config.type !== "http" || typeof config.url !== "string") {
    return { value: undefined, problems: [] };
  }
  const { type, url, headers, body, ...others } = config;
  const lost = Object.keys(others).filter((name) => !isEmpty(others[name]));
  const problems = lost.map((name) => `loses its ${JSON.stringify(name)}: ${lossOf(name)}`);
  // one with a body of its own stays a forwarder
  if (!isEmpty(body)) return { value: { version, config: { type, url, headers, body } }, problems };
  return { value: { version: 1, url, headers: isObject(headers) ? headers : null }, problems };
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (isObject(value) && Object.keys(value).length === 0);

/** Says how a webhook differs without a setting that only later versions of FlowG have. */
function lossOf(name: string): string {
  if (name === "proxy") return "alerts here are posted directly";
  return "alerts here have nothing of the kind";
}
