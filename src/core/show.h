/* SPDX-License-Identifier: EUPL-1.2
 *
 * show: all of it: sources, scenes, preview and program, buses, speakers, viewers, and the media
 * parts that carry them out. It owns every core object. State and rules only: no socket, no file,
 * no thread of its own. Everything that a person may do is a function of one of the headers of
 * this folder; it either happens whole or refuses with a clear error and changes nothing.
 *
 *   source.h scene.h program.h overlay.h speaker.h viewer.h     what commands and browsers do
 *   layout.h tally.h invite.h                         pure rules, no show needed
 *
 * Thread: the control loop, for every function of this folder.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings;
struct mailbox;
struct note;
struct show;

#define EVENT(name, level, meaning) EVENT_##name,
enum event_kind {
	EVENT_NONE,
#include <twinstage/events.def>
	EVENT_KINDS
};
#undef EVENT

/* Something happened. Valid during the call only. */
struct event {
	enum event_kind kind;
	int64_t wall_ns;     /* when, UTC */
	const char *subject; /* the object's name, or "" */
	const char *text; /* one sentence, or the new state as one word (tally_changed: "program",
			     "preview", "off") */
	/* what a command promised to tell later (snapshot_take() gave this id) has come of it; 0:
	 * nothing of that kind. `error` NULL: it is done, as `text` says */
	uint64_t answers;
	const GError *error;
};

const char *event_name(enum event_kind kind); /* "source_live" */
bool event_is_warning(enum event_kind kind);

struct show_config {
	const struct settings *settings; /* outlives the show */
	struct mailbox *up; /* where media's notes go; whoever reads it calls show_take_note() */
	const uint8_t *key; /* signs invites; copied */
	size_t key_length;
	bool is_dry; /* a show to check a file against: same rules, nothing is opened, encoded or
			sent */
};

/* Makes an empty show: slate on program, mixer ticking, SRT and rtc ports open. Fails if a port is
 * taken or media is missing. */
struct show *show_create(const struct show_config *config, GError **error);

/* Removes all sources, scenes and speakers, and the slate is the settings' again; viewers stay and
 * see it. For `show load`. */
void show_clear(struct show *show);

/* Ends everything, in the order outputs, inputs, mixer. NULL is allowed. */
void show_destroy(struct show *show);

/* A note from below. A note about something that is gone is dropped. */
void show_take_note(struct show *show, const struct note *note);

/* Several times a second: files that failed are tried again. (An invite that has run out lets
 * nobody in any more; who is connected stays.) */
void show_on_timer(struct show *show);

/* Calls `heard` for every event from now on, until unlisten. At most 8 listeners; the id is never
 * 0. */
int show_listen(struct show *show, void (*heard)(const struct event *event, void *data),
		void *data);
void show_unlisten(struct show *show, int id);

/* Tells the listeners of something that core cannot know of: EVENT_daemon_started,
 * EVENT_disk_failed. */
void show_announce(struct show *show, enum event_kind kind, const char *subject, const char *text);

/* For a command that goes on outside of core: what its event will answer (struct event), and that
 * event. `error` NULL: it is done. */
uint64_t show_promise(struct show *show);
void show_keep_promise(struct show *show, uint64_t promise, const GError *error,
		       enum event_kind kind, const char *subject, const char *text);

/* Appends the show as a show file: the commands that would make it, each on a line, in an order
 * that works. With `is_private` also what a restarted daemon needs and a file for others should
 * not hold: invites and who is admitted. */
void show_write(const struct show *show, bool is_private, GString *out);

/* Between these two, changes are not carried out one by one but all at once at the end, with one
 * tick: several commands that are one to those who look. They nest. */
void show_hold(struct show *show);
void show_release(struct show *show);

/* Grows by one whenever show_write() would give another text: when to save. */
uint64_t show_revision(const struct show *show);

/* A valid name: 1 to 32 letters, digits, - _ . and single spaces inside; UTF-8 letters are letters;
 * it begins with a letter or digit. "speakers", "auto", "program", "room", "preview" and
 * "multiview" are the language's own. Fails with a message that says which character is wrong. */
bool name_check(const char *name, GError **error);

const struct settings *show_settings(const struct show *show);
