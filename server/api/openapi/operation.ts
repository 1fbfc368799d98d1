// The part of an OpenAPI operation that this folder completes.

export type Json = Record<string, unknown>;

export interface PathOperation extends Json {
  operationId: string;
  requestBody?: { required?: boolean; content: Record<string, Json> };
  parameters?: { name: string; in: string }[];
  responses: Record<string, Json>;
}

export const MIME_JSON = "application/json";
