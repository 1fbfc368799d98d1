// The documentation page: Swagger UI from our own files, so that it works without internet, and the OpenAPI document.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Router } from "express";
import { openApiDocument } from "../api/openapi/document.js";
import { FLOWG_VERSION } from "../platform/version.js";
import { PAGE, SCRIPT, STYLE } from "./docs-page.js";

/** Swagger UI's files that the page needs: the build copies them beside this module. */
export const DOCS_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

// Swagger UI sets styles from its script; everything it loads is ours
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function docs(): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  let document: string | undefined;
  router.use((_request, response, next) => {
    response.setHeader("Content-Security-Policy", CONTENT_POLICY);
    response.setHeader("Cache-Control", "no-cache");
    next();
  });
  router.get(["/api/docs", "/api/docs/"], (_request, response) => {
    response.type("html").send(PAGE);
  });
  router.get("/api/docs/page.js", (_request, response) => {
    response.type("js").send(SCRIPT);
  });
  router.get("/api/docs/page.css", (_request, response) => {
    response.type("css").send(STYLE);
  });
  router.get("/api/docs/openapi.json", (_request, response) => {
    document ??= `${JSON.stringify(openApiDocument(FLOWG_VERSION), null, 2)}\n`;
    response.type("application/json").send(document);
  });
  const files = filesDir();
  for (const name of DOCS_FILES) {
    router.get(`/api/docs/${name}`, (request, response) => {
      // `send` would answer these headers with an error in another form than ours
      delete request.headers["if-match"];
      delete request.headers["if-unmodified-since"];
      response.sendFile(name, { root: files, acceptRanges: false });
    });
  }
  return router;
}

function filesDir(): string {
  const beside = fileURLToPath(new URL("./docs", import.meta.url));
  if (existsSync(beside)) return beside;
  // when run from the sources, the package is installed
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
