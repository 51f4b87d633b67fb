import * as z from "zod";
import { Duration } from "./duration.ts";
import { Command, Slug } from "./text.ts";

const Backup = z.strictObject({
  name: Slug.meta({ description: "Triggers refer to the backup by it.", examples: ["database"] }),
  run: Command.meta({
    description: "Makes the backup in the file that BACKUP_FILE names.",
    examples: ['pg_dump --format=custom --file "$BACKUP_FILE" checkout'],
  }),
  verify: Command.optional().meta({
    description: "Proves that the backup can be read.",
    examples: ['pg_restore --list "$BACKUP_FILE"'],
  }),
  keep: Command.optional().meta({
    description: "Copies it off this machine, so that another runner can restore it.",
    examples: ['aws s3 cp "$BACKUP_FILE" "s3://backups/$CHANGE_ID"'],
  }),
  fetch: Command.optional().meta({ description: "Brings it back into BACKUP_FILE." }),
  restore: Command.optional().meta({ description: "Puts the backup back." }),
  timeout: Duration.prefault("1h").meta({ description: "What each of these commands may take." }),
});

export const BackupsSection = z
  .array(Backup)
  .meta({ description: "Made, hashed, verified and kept before anything is touched." });
