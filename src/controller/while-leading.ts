import { type Api, ApiError, withdrawn } from "../cluster/api.ts";

/** An API server that is sent no write by who does not lead any more: it is asked at the last moment before every one. */
export const whileLeading = (api: Api, isLeading: () => boolean): Api => ({
  namespace: api.namespace,
  call: (request) => api.call((request.method ?? "GET") === "GET" ? request : { ...request, holds: isLeading }),
  open: (path, signal) => api.open(path, signal),
  close: () => api.close(),
});

export const isLost = (error: unknown): boolean => error instanceof ApiError && error.reason === withdrawn.reason;
