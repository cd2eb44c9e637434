import type { Json, JsonObject } from "./json.ts";

/** Wire types of admission.k8s.io/v1 (kubernetes/api: admission/v1/types.go), as far as they are used. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly subResource: string;
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  /** Who asks, as the API server knows them (authentication.k8s.io/v1 UserInfo). */
  readonly userInfo: JsonObject;
}

export interface AdmissionReview {
  readonly apiVersion: "admission.k8s.io/v1";
  readonly kind: "AdmissionReview";
  readonly response: AdmissionResponse;
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: Status;
  /** Base64 of a JSON Patch. */
  readonly patch?: string;
  readonly patchType?: "JSONPatch";
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** metav1.Status: kubectl prints one line for each cause. */
export interface Status {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: {
    readonly group: string;
    readonly kind: string;
    readonly name: string;
    readonly causes: readonly Cause[];
  };
}

export interface Cause {
  readonly reason: "FieldValueInvalid";
  readonly field: string;
  readonly message: string;
}

/** An operation of JSON Patch (RFC 6902); `add` is the only one that we make. */
export interface Operation {
  readonly op: "add";
  readonly path: string;
  readonly value: Json;
}

/** Characters of a warning; the API server may cut longer ones (kubernetes/api: admission/v1/types.go). */
export const warningLength = 120;
