/* SPDX-License-Identifier: EUPL-1.2
 *
 * journal: who said what, when, from where and what came of it, and everything that happened: one
 * JSON object a line, appended to state_dir/journal.jsonl (mode 0600):
 *
 *   {"at": "2030-05-01T20:00:00.123Z", "who": "anna", "from": "socket, pid 4711",
 *    "command": "cut stage", "result": "program: stage, preview: panel"}      (or "error", "code")
 *   {"at": "..", "event": "source_live", "subject": "cam-a", "text": ".."}
 *
 * Commands that only look are not written (`twinstage top` asks several times a second), secrets
 * never are (record.h). The file is written by a thread of its own, for a disk can hang; what
 * was answered more than a moment ago survives a kill -9. While the disk fails up to 4096 entries
 * wait; what comes then is dropped, and how many that were is an event when it is good again.
 *
 * The last 2000 entries are kept in memory, also those of the daemon before: `log` never waits for
 * the disk.
 *
 * Thread: control loop.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct call;
struct context;
struct journal;
struct record;
struct reply;
struct show;
struct uv_loop_s;

/* Listens to the show from now on. journal_mb 0: nothing is written to the disk. */
struct journal *journal_create(struct uv_loop_s *loop, struct show *show);

/* Writes what is left, for at most 3 s; the loop must run until its handle is closed. NULL is
 * allowed. */
void journal_destroy(struct journal *journal);

/* A command was carried out, or refused. Nothing is done where the context has no journal, or the
 * command only looks. */
void journal_command(const struct call *call, const struct record *record,
		     const struct reply *reply, const GError *refusal);

/* Calls `heard` with each further entry (borrowed) until unsubscribed; the id is never 0. */
int journal_subscribe(struct journal *journal, void (*heard)(const json_t *entry, void *data),
		      void *data);
void journal_unsubscribe(struct journal *journal, int id);

/* A new array of the last `most` entries (or only of commands) since a moment (ns since 1970 UTC),
 * oldest first. */
json_t *journal_entries(const struct journal *journal, int64_t since_ns, int most,
			bool only_commands);
