import { asList, asText, own } from "../model/json.ts";
import type { Platform } from "../model/platform.ts";
import { type Api, ApiError } from "./api.ts";
import { resources } from "./resources.ts";

/** Asks an API server what it is. */
export async function readPlatform(api: Api): Promise<Platform> {
  const version = await api.call({ path: "/version" });
  return {
    kubernetes: asText(own(version, "gitVersion")) ?? "unknown",
    istio: await versionsOf(api, resources.VirtualService.group),
  };
}

async function versionsOf(api: Api, group: string): Promise<readonly string[]> {
  try {
    const answer = await api.call({ path: `/apis/${group}` });
    return asList(own(answer, "versions")).flatMap((version) => asText(own(version, "version")) ?? []);
  } catch (error) {
    if (error instanceof ApiError && error.isNotFound) return [];
    throw error;
  }
}
