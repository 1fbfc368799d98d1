// One operation of the OpenAPI document, as far as it is completed here.

export type Json = Record<string, unknown>;

export interface PathOperation extends Json {
  operationId: string;
  requestBody?: { required?: boolean; content: Record<string, Json> };
  parameters?: { name: string; in: string }[];
  responses: Record<string, Json>;
}

export const MIME_JSON = "application/json";
