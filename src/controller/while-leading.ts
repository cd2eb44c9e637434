import { type Api, ApiError } from "../cluster/api.ts";

const lost = { status: 0, reason: "NotLeading", message: "another process leads" };

/** An API server that takes no write from who does not lead any more: it is asked at the last moment before every one. */
export const whileLeading = (api: Api, isLeading: () => boolean): Api => ({
  namespace: api.namespace,
  call: (request) =>
    (request.method ?? "GET") === "GET" || isLeading() ? api.call(request) : Promise.reject(new ApiError(lost)),
  open: (path, signal) => api.open(path, signal),
  close: () => api.close(),
});

export const isLost = (error: unknown): boolean => error instanceof ApiError && error.reason === lost.reason;
