import { ChangeError } from "../errors.ts";
import type { IssueStore } from "../ports.ts";

/** Issues that no secret reaches, and whose refusals bring none back. The marker is ours, and stays. */
export function maskedIssues(store: IssueStore, redact: (text: string) => string): IssueStore {
  return {
    publish(draft) {
      const { marker } = draft;
      const body = draft.body.startsWith(marker)
        ? `${marker}${redact(draft.body.slice(marker.length))}`
        : redact(draft.body);
      return store
        .publish({ ...draft, title: redact(draft.title), body })
        .catch((error) => Promise.reject(masked(error, redact)));
    },
    closeBySuccess(marker, comment) {
      return store
        .closeBySuccess(marker, redact(comment))
        .catch((error) => Promise.reject(masked(error, redact)));
    },
  };
}

function masked(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof ChangeError)) return error;
  const { code, message, hint, cause } = error;
  return new ChangeError(code, redact(message), {
    cause,
    ...(hint === undefined ? {} : { hint: redact(hint) }),
  });
}
