// The credentials for the store, found by AWS's own chain, as other programs find them: the environment, the shared profile files
// (roles, single sign-on, a process), a web identity's token, the role of a container or of a machine.

import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { HttpsProxyAgent } from "https-proxy-agent";
import { FlowgError } from "../../../platform/errors.js";
import { proxyFor } from "./proxy.js";
import type { S3Settings } from "./s3-settings.js";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface CredentialsSource {
  /** @throws PERMISSION_DENIED if there are none */
  current(): Promise<Credentials>;
  /**
   * Asks for new ones: the store says that these have expired.
   * @throws as `current`
   */
  renew(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

export function credentialsFor({ profile, region }: S3Settings): CredentialsSource {
  // AWS itself answers for roles and single sign-on
  const proxy = proxyFor(`https://sts.${region}.amazonaws.com/`);
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    ...(proxy && { httpsAgent: new HttpsProxyAgent(proxy) }),
  });
  const provide = defaultProvider({
    ...(profile !== undefined && { profile }),
    clientConfig: { region, requestHandler },
    // only the command line and the server's log may write
    logger: silent,
    ignoreCache: true,
  });
  const ask = async (forceRefresh: boolean): Promise<Credentials> => {
    try {
      return await provide({ forceRefresh });
    } catch (cause) {
      throw noCredentials(cause, profile);
    }
  };
  return {
    current: () => ask(false),
    renew: async () => void (await ask(true)),
  };
}

function noCredentials(cause: unknown, profile: string | undefined): FlowgError {
  const said = cause instanceof Error ? reasonOf(cause) : "";
  const where = profile === undefined ? "" : ` in the profile ${JSON.stringify(profile)}`;
  return new FlowgError("PERMISSION_DENIED", `no credentials for the store${where}: ${said}`, {
    cause,
    hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role",
  });
}

/** Without the command of a credential_process, which may hold a secret. */
function reasonOf({ message }: Error): string {
  if (/command failed/i.test(message)) return "its credential_process failed";
  return (message.split("\n")[0] ?? "").trim().slice(0, 200);
}
