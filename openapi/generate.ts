// Writes openapi/openapi.json from the server's procedures, or with --check fails if it would change.

import { readFile, writeFile } from "node:fs/promises";
import { openApiDocument } from "../server/api/openapi.js";
import { FLOWG_VERSION } from "../server/version.js";

const path = new URL("openapi.json", import.meta.url);
const text = `${JSON.stringify(openApiDocument(FLOWG_VERSION), null, 2)}\n`;
if (process.argv.includes("--check")) {
  if ((await readFile(path, "utf8").catch(() => "")) !== text) {
    process.stderr.write(
      "openapi/openapi.json is not what the server says: run `npm run generate`\n",
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(path, text);
}
