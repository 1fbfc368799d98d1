// Finds the type of an answer that a client prefers, by its header `Accept`, as express reads it.

import type { IncomingMessage } from "node:http";
import express, { type Request } from "express";

/** @returns the type that the client prefers of these; false if it takes none of them */
export const acceptable = (request: IncomingMessage, types: string[]): string | false =>
  (express.request.accepts as (this: Request, types: string[]) => string | false).call(
    request as Request,
    types,
  );
