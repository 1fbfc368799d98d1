// Generates the OpenAPI document from the server's procedures, and the SDK's types from that document. With --check it writes
// nothing, and fails if either would change.

import { readFile, writeFile } from "node:fs/promises";
import openapiTypes, { astToString } from "openapi-typescript";
import ts from "typescript";
import { openApiDocument } from "../server/api/openapi/document.js";
import { FLOWG_VERSION } from "../server/platform/version.js";

const document = openApiDocument(FLOWG_VERSION);
const generated = {
  "openapi/openapi.json": `${JSON.stringify(document, null, 2)}\n`,
  "sdk/schema.ts": `// Generated from openapi/openapi.json by \`npm run generate\`: do not edit.\n\n${await types()}`,
};

async function types(): Promise<string> {
  const blob = ts.factory.createTypeReferenceNode("Blob");
  const nodes = await openapiTypes(JSON.stringify(document), {
    alphabetize: true,
    // a member with a default may be left out
    defaultNonNullable: false,
    transform: ({ format }) => (format === "binary" ? blob : undefined),
  });
  return astToString(nodes);
}

for (const [path, text] of Object.entries(generated)) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!process.argv.includes("--check")) {
    await writeFile(file, text);
  } else if ((await readFile(file, "utf8").catch(() => "")) !== text) {
    process.stderr.write(`${path} is not what the server says: run \`npm run generate\`\n`);
    process.exitCode = 1;
  }
}
