// `flowg transformer`

import { itemGroup } from "./items.js";

export const transformer = itemGroup<string>({
  noun: "transformer",
  description: "List, show, save and delete the transformers of a server",
  contents: "the script",
  file: "parse.vrl",
  example: "parse-nginx",
  of: ({ transformers }) => transformers,
  toText: (script) => script,
  fromText: (script) => script,
});
