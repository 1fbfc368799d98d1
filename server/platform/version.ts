// The version of this package, from its package.json: the one place it is written.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const FLOWG_VERSION: string = (require("flowg/package.json") as { version: string }).version;
