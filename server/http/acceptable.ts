// Which form of an answer a client prefers, as express reads its header `Accept`.

import type { IncomingMessage } from "node:http";
import express, { type Request } from "express";

/** @returns the type that it prefers of these; false if it takes none of them */
export const acceptable = (request: IncomingMessage, types: string[]): string | false =>
  (express.request.accepts as (this: Request, types: string[]) => string | false).call(
    request as Request,
    types,
  );
