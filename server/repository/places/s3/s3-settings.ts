// Settings that an s3:// URL leaves open. They are looked for where other programs of AWS look: in the environment, then in the
// profile.

import { readFile } from "node:fs/promises";
import { loadSharedConfigFiles } from "@smithy/core/config";
import { FlowgError } from "../../../platform/errors.js";
import { fileError } from "../../../platform/files/file-error.js";
import { readEndpoint, readRegion, type S3Url } from "./s3-url.js";

export interface S3Settings extends S3Url {
  /** Where requests go. The bucket's name becomes part of its host or of its path. */
  endpoint: URL;
  /** Whether the store is AWS's own; its address then follows from the region. */
  isDefaultEndpoint: boolean;
  region: string;
  pathStyle: boolean;
  /** Certificates to trust beside Node's own, PEM. */
  ca: string | undefined;
}

type Profile = Readonly<Record<string, string | undefined>>;

/** @throws INPUT_INVALID, FILE_UNAVAILABLE */
export async function readS3Settings(url: S3Url): Promise<S3Settings> {
  const env = process.env;
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const name = url.profile ?? (env.AWS_PROFILE || "default");
  if (url.profile && !configFile[name] && !credentialsFile[name]) {
    throw new FlowgError(
      "INPUT_INVALID",
      `no profile file has the profile ${JSON.stringify(name)}`,
      {
        hint: "see ~/.aws/config and ~/.aws/credentials, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
      },
    );
  }
  const profile: Profile = { ...configFile[name], ...credentialsFile[name] };
  const services = configFile[`services.${profile.services}`] ?? {};
  const region =
    url.region ??
    readRegion(env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region) ??
    "us-east-1";
  const endpoint = url.endpoint ?? readEndpoint(configuredEndpoint(profile, services));
  return {
    ...url,
    region,
    endpoint: endpoint ?? defaultEndpoint(region),
    isDefaultEndpoint: endpoint === undefined,
    // a certificate for *.s3.… holds for no bucket with dots
    pathStyle: url.pathStyle ?? (endpoint !== undefined || !/^[a-z0-9-]+$/.test(url.bucket)),
    ca: await readCa(env.AWS_CA_BUNDLE || profile.ca_bundle),
  };
}

export function defaultEndpoint(region: string): URL {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(`https://s3.${region}.${domain}`);
}

/** The order of AWS's guide "Service-specific endpoints". */
function configuredEndpoint(profile: Profile, services: Profile): string | undefined {
  const env = process.env;
  const ignored =
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS || profile.ignore_configured_endpoint_urls;
  if (ignored?.toLowerCase() === "true") return undefined;
  return (
    env.AWS_ENDPOINT_URL_S3 ||
    env.AWS_ENDPOINT_URL ||
    services["s3.endpoint_url"] ||
    profile["s3.endpoint_url"] ||
    profile.endpoint_url ||
    undefined
  );
}

async function readCa(path: string | undefined): Promise<string | undefined> {
  if (!path) return undefined;
  return await readFile(path, "utf8").catch((cause) => {
    throw fileError(cause, "read the certificates in", path);
  });
}
