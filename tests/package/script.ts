// Compiled in an empty project that has installed the package.

import { createClient, FlowgApiError, type RestoreReport } from "flowg/sdk";

const client = createClient({ baseUrl: "http://localhost:5080", token: "pat_x" });
export async function preview(path: string): Promise<RestoreReport | number> {
  try {
    return await client.restore.logs(path, { dryRun: true });
  } catch (error) {
    if (error instanceof FlowgApiError) return error.status;
    throw error;
  }
}
// @ts-expect-error only the SDK is public
import("flowg/server");
