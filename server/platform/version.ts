// Reads this package's version from its package.json, the one place that holds it.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const FLOWG_VERSION: string = (require("flowg/package.json") as { version: string }).version;
