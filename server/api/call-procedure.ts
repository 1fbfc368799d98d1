// Calls a tRPC procedure as tRPC itself does: its middlewares run one after the other, and each calls the next. For each
// middleware tRPC copies all options and the context twice, which takes most of the time of a short procedure. Here a step has
// only the members that our middlewares use, and the context stays one object.

import { type AnyTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from "@trpc/server";
import type { Context } from "./context.js";

export interface ProcedureCall {
  /** The procedure's path, such as `users.save`, for middlewares. */
  path: string;
  type: "query" | "mutation" | "subscription";
  /** The context of this call. Middlewares add to it. */
  ctx: Context;
  /** Reads the input. It is called at the procedure's `.input()`, after its permissions are checked. */
  getRawInput: () => Promise<unknown>;
}

/** What a middleware may give to the next one. */
interface Passed {
  ctx?: object;
  input?: unknown;
  getRawInput?: () => Promise<unknown>;
}

type Outcome = { ok: true; data: unknown } | { ok: false; error: TRPCError };

type Middleware = (step: object) => Promise<Outcome | undefined>;

interface Definition {
  middlewares: readonly Middleware[];
  meta?: unknown;
}

/**
 * Calls a procedure.
 * @throws TRPCError, whose cause is what was thrown
 */
export async function callProcedure(
  procedure: AnyTRPCProcedure,
  call: ProcedureCall,
): Promise<unknown> {
  const definition = procedure._def as unknown as Definition;
  const outcome = await run(definition, call, {
    at: 0,
    ctx: call.ctx,
    input: undefined,
    getRawInput: call.getRawInput,
  });
  if (!outcome) {
    throw new TRPCError({
      code: "INTERNAL_SERVER_ERROR",
      message: "a middleware of the procedure gave no result",
    });
  }
  if (!outcome.ok) throw outcome.error;
  return outcome.data;
}

interface At {
  at: number;
  ctx: object;
  input: unknown;
  getRawInput: () => Promise<unknown>;
}

async function run(
  definition: Definition,
  call: ProcedureCall,
  { at, ctx, input, getRawInput }: At,
): Promise<Outcome | undefined> {
  try {
    const middleware = definition.middlewares[at] as Middleware;
    return await middleware({
      ctx,
      input,
      getRawInput,
      meta: definition.meta,
      path: call.path,
      type: call.type,
      next: (passed?: Passed) =>
        run(definition, call, {
          at: at + 1,
          ctx: passed?.ctx ? Object.assign(ctx, passed.ctx) : ctx,
          input: passed && "input" in passed ? passed.input : input,
          getRawInput: passed?.getRawInput ?? getRawInput,
        }),
    });
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause) };
  }
}
