// `flowg pipeline`

import type { Flow, FlowInput } from "../../sdk/index.js";
import { itemGroup, jsonObject } from "./items.js";

export const pipeline = itemGroup<Flow | FlowInput>({
  noun: "pipeline",
  description: "List, show, save and delete the pipelines of a server",
  contents: "the flow, as JSON",
  file: "flow.json",
  example: "default",
  of: ({ pipelines }) => pipelines,
  toText: (flow) => JSON.stringify(flow, null, 2),
  fromText: jsonObject,
});
