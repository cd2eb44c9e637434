import type { AdmissionRequest } from "../model/admission.ts";
import { asObject, asText, at, isObject, type Json, type JsonObject, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type Fault, parseStrictly } from "../model/strict-json.ts";

/** A request to judge, or why there is none: an HTTP 400 where it cannot even be answered, else a refusal with its uid. */
export type Envelope =
  | { readonly request: AdmissionRequest }
  | { readonly uid: string; readonly refusal: string; readonly isOutsized?: boolean }
  | { readonly error: string };

/** Reads an AdmissionReview (admission.k8s.io/v1) from the text of a request body. */
export function readEnvelope(text: string): Envelope {
  const parsed = parseStrictly(text);
  if ("fault" in parsed) return faulty(text, parsed);
  const review = parsed.value;
  if (!isObject(review)) return { error: "the body is not an AdmissionReview" };
  const uid = at(review, "request", "uid");
  if (own(review, "kind") !== "AdmissionReview") return { error: `kind is not "AdmissionReview"` };
  if (asText(own(review, "apiVersion")) === undefined) return { error: "apiVersion is missing" };
  if (!isObject(own(review, "request"))) return { error: "request is missing" };
  if (!isUid(uid)) return { error: "request.uid is missing or no identifier" };
  if (own(review, "apiVersion") !== "admission.k8s.io/v1")
    return { uid, refusal: "apiVersion must be admission.k8s.io/v1" };
  return readRequest(uid, asObject(own(review, "request")));
}

const isUid = (uid: Json | undefined): uid is string => typeof uid === "string" && /^[\w.:-]{1,128}$/.test(uid);

/** A fault inside the objects is answered as a refusal if the envelope around them tells whom to answer. */
function faulty(text: string, { fault, path, isOutsized = false }: Fault): Envelope {
  const error = `${path || "the body"} ${fault}`;
  const inside = /^request\.(object|oldObject)\b/.test(path);
  const uid = inside ? /"uid"\s*:\s*"([\w.:-]{1,128})"/.exec(text.slice(0, 4096))?.[1] : undefined;
  return uid === undefined ? { error } : { uid, refusal: error, isOutsized };
}

function readRequest(uid: string, request: JsonObject): Envelope {
  const refusal = misfit(request);
  if (refusal !== undefined) return { uid, refusal };
  const object = own(request, "object");
  const oldObject = own(request, "oldObject");
  return {
    request: {
      uid,
      operation: asText(own(request, "operation")) as AdmissionRequest["operation"],
      subResource: asText(own(request, "subResource")) ?? "",
      object: isObject(object) ? object : undefined,
      oldObject: isObject(oldObject) ? oldObject : undefined,
      userInfo: asObject(own(request, "userInfo")),
    },
  };
}

/** What makes a request one that this webhook cannot judge. */
function misfit(request: JsonObject): string | undefined {
  const kind = own(request, "kind");
  if (
    `${own(kind, "group")}/${own(kind, "version")}` !== names.applicationVersion ||
    own(kind, "kind") !== "Application"
  ) {
    return `unexpected kind, request.kind must be ${names.applicationVersion} Application`;
  }
  const operation = own(request, "operation");
  if (operation !== "CREATE" && operation !== "UPDATE" && operation !== "DELETE") {
    return "request.operation must be CREATE, UPDATE or DELETE";
  }
  const dryRun = own(request, "dryRun");
  if (dryRun !== undefined && dryRun !== null && typeof dryRun !== "boolean")
    return "request.dryRun must be true or false";
  if (!isObject(own(request, "userInfo"))) return "request.userInfo is missing";
  const subResource = own(request, "subResource") ?? "";
  if (subResource !== "" && subResource !== "status") return 'request.subResource must be empty or "status"';
  return operation === "DELETE" ? undefined : objectMisfit(request, operation);
}

function objectMisfit(request: JsonObject, operation: "CREATE" | "UPDATE"): string | undefined {
  const object = own(request, "object");
  if (!isObject(object)) return "request.object must be an object";
  if (operation === "UPDATE" && !isObject(own(request, "oldObject"))) return "request.oldObject must be an object";
  if (own(object, "kind") !== "Application" || own(object, "apiVersion") !== names.applicationVersion) {
    return `request.object must be a ${names.applicationVersion} Application`;
  }
  const metadata = own(object, "metadata");
  if (!isObject(metadata)) return "request.object.metadata must be an object";
  for (const key of ["name", "namespace"]) {
    const expected = own(request, key);
    const stated = own(metadata, key);
    if (typeof expected === "string" && expected !== "" && typeof stated === "string" && stated !== expected) {
      return `request.object.metadata.${key} must be the ${key} of the request`;
    }
  }
  return typeof own(request, "namespace") === "string" && own(request, "namespace") !== ""
    ? undefined
    : "request.namespace is missing";
}
