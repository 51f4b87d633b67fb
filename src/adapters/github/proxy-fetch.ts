import { HttpClient } from "@actions/http-client";
import { fetch, type RequestInit } from "undici";

/**
 * fetch through the proxy that the runner's environment names for this address. Node's own fetch
 * knows of none; the runner's own HTTP client does, NO_PROXY included.
 */
export function proxyFetch(apiUrl: string) {
  const dispatcher = new HttpClient().getAgentDispatcher(apiUrl);
  return (url: string, request: RequestInit) => fetch(url, dispatcher ? { ...request, dispatcher } : request);
}
