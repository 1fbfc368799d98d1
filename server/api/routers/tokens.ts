// The caller's own personal access tokens. A token may do whatever its user may, never more.

import { z } from "zod";
import { audited } from "../audited.js";
import { rest } from "../rest.js";
import { DONE, done, nothing, success } from "../schemas.js";
import { router, signedIn } from "../trpc.js";

const tag = "tokens";
const uuid = z.guid().meta({ description: "The token's name." });
const example = "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60";

export const tokens = router({
  list: signedIn
    .meta(
      rest("GET", "/tokens", {
        id: "list_tokens",
        tag,
        summary: "List one's own tokens",
        response: { success: true, token_uuids: [example] },
      }),
    )
    .input(nothing)
    .output(z.object({ success, token_uuids: z.array(z.string()) }))
    .query(({ ctx }) => ({
      success: true,
      token_uuids: ctx.services.auth.tokens.list(ctx.caller.user),
    })),

  create: signedIn
    .meta(
      rest("POST", "/token", {
        id: "create_token",
        tag,
        summary: "Create a token for oneself",
        description: "The token is shown this once; only its hash is kept.",
        response: {
          success: true,
          token: "pat_abcdefghijklmnopqrstuvwxyzABCDEF",
          token_uuid: example,
        },
      }),
    )
    .input(nothing)
    .output(z.object({ success, token: z.string(), token_uuid: z.string() }))
    .mutation(async ({ ctx }) => {
      const { user, limit } = ctx.caller;
      const { token, uuid } = await audited(ctx, { action: "create token", target: user }, () =>
        ctx.services.auth.tokens.create(user, limit),
      );
      return { success: true, token, token_uuid: uuid };
    }),

  delete: signedIn
    .meta(
      rest("DELETE", "/tokens/{token_uuid}", {
        id: "delete_token",
        tag,
        summary: "Delete one of one's own tokens",
        description: "Succeeds also if there is no such token.",
        response: { success: true },
      }),
    )
    .input(z.object({ token_uuid: uuid }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const { user } = ctx.caller;
      const action = { action: "delete token", target: user, uuid: input.token_uuid };
      await audited(ctx, action, () => ctx.services.auth.tokens.delete(user, input.token_uuid));
      return DONE;
    }),
});
